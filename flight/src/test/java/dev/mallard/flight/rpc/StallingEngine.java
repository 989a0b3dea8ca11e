package dev.mallard.flight.rpc;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.query.SqlConnection;
import dev.mallard.query.SqlEngine;
import dev.mallard.query.SqlStatement;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** An engine whose results give one batch, and then nothing until nobody waits for more. */
final class StallingEngine {
  private StallingEngine() {}

  /**
   * @param stalled is told of each result that gives nothing any more
   */
  static SqlEngine over(SqlEngine engine, CountDownLatch stalled) {
    return wrapped(
        SqlEngine.class,
        engine,
        connection ->
            wrapped(
                SqlConnection.class,
                (SqlConnection) connection,
                statement ->
                    wrapped(
                        SqlStatement.class,
                        (SqlStatement) statement,
                        stream -> new Stalling((BatchStream) stream, stalled))));
  }

  /** What its {@code connect}, {@code prepare} or {@code run} gives is given another shape. */
  private static <T> T wrapped(Class<T> type, T inner, UnaryOperator<Object> shape) {
    Object proxy =
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              try {
                Object result = method.invoke(inner, arguments);
                return Arrays.asList("connect", "prepare", "run").contains(method.getName())
                    ? shape.apply(result)
                    : result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
    return type.cast(proxy);
  }

  private static final class Stalling implements BatchStream {
    private final BatchStream stream;
    private final CountDownLatch stalled;
    private final CountDownLatch unwanted = new CountDownLatch(1);
    private boolean begun;

    Stalling(BatchStream stream, CountDownLatch stalled) {
      this.stream = stream;
      this.stalled = stalled;
    }

    @Override
    public Schema schema() {
      return stream.schema();
    }

    @Override
    public @Nullable IpcMessage next() throws IOException {
      if (!begun) {
        begun = true;
        return stream.next();
      }
      stalled.countDown();
      try {
        unwanted.await();
      } catch (InterruptedException e) {
        throw new IOException("interrupted", e);
      }
      throw new MallardException(ErrorCode.CANCELLED, "nobody waits for more");
    }

    @Override
    public void stopWaiting() {
      unwanted.countDown();
    }

    @Override
    public void close() {
      stream.close();
    }
  }
}
