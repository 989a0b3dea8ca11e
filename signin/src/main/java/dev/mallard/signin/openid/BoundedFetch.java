package dev.mallard.signin.openid;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Fetches small documents: limited in time, however slowly they come, and in size, whatever is
 * declared. Follows no redirect: where keys are is what the operator says. Thread-safe.
 */
final class BoundedFetch {
  static final int MAX_BYTES = 512 * 1024;

  private final HttpClient client;
  private final Duration patience;

  BoundedFetch(Duration patience) {
    this.patience = patience;
    this.client =
        HttpClient.newBuilder()
            .connectTimeout(patience)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  /**
   * @throws IOException with a message for the operator
   */
  String get(URI address) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(address)
            .timeout(patience)
            .header("Accept", "application/json")
            .build();
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(request, response -> new LimitedBody());
    try {
      HttpResponse<byte[]> response = answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
      if (response.statusCode() != 200) {
        throw new IOException(
            "%s answered %d (expected: 200; redirects are not followed)"
                .formatted(address, response.statusCode()));
      }
      return new String(response.body(), StandardCharsets.UTF_8);
    } catch (TimeoutException e) {
      throw new IOException(
          "%s did not answer within %d s".formatted(address, patience.toSeconds()), e);
    } catch (ExecutionException e) {
      throw new IOException("%s: %s".formatted(address, e.getCause()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      answer.cancel(true); // Ends the exchange, if that has not ended.
    }
  }

  /** Gathers what comes, up to the limit. */
  private static final class LimitedBody implements BodySubscriber<byte[]> {
    private final CompletableFuture<byte[]> body = new CompletableFuture<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private Flow.@Nullable Subscription subscription;

    @Override
    public CompletionStage<byte[]> getBody() {
      return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription = given;
      given.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> pieces) {
      for (ByteBuffer piece : pieces) {
        if (bytes.size() + piece.remaining() > MAX_BYTES) {
          if (subscription != null) {
            subscription.cancel();
          }
          body.completeExceptionally(
              new IOException("more than %d bytes came".formatted(MAX_BYTES)));
          return;
        }
        byte[] copied = new byte[piece.remaining()];
        piece.get(copied);
        bytes.writeBytes(copied);
      }
    }

    @Override
    public void onError(Throwable failure) {
      body.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      body.complete(bytes.toByteArray());
    }
  }
}
