package dev.mallard.error;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CloserTest {
  private final List<String> closed = new ArrayList<>();

  @Test
  void closesLastFirstAndOnce() {
    Closer closer = new Closer();
    closer.add(() -> closed.add("first"));
    assertThat(closer.add("second", closed::add)).isEqualTo("second");

    closer.close();
    closer.close();

    assertThat(closed).containsExactly("second", "first");
  }

  @Test
  void keepsWhatIsReleased() {
    try (Closer onFailure = new Closer()) {
      onFailure.add(() -> closed.add("kept"));
      onFailure.release();
    }
    assertThat(closed).isEmpty();
  }

  @Test
  void closesWhatIsRegisteredAfterARelease() {
    try (Closer closer = new Closer()) {
      closer.add(() -> closed.add("kept"));
      closer.release();
      closer.add(() -> closed.add("later"));
    }
    assertThat(closed).containsExactly("later");
  }

  @Test
  void oneThatFailsDoesNotKeepTheOthersOpen() {
    Closer closer = new Closer();
    closer.add(() -> closed.add("first"));
    closer.add(failing(new IllegalStateException("second")));
    closer.add(failing(new AssertionError("third")));
    closer.add(failing(new IOException("fourth")));

    assertThatThrownBy(closer::close)
        .isInstanceOf(UncheckedIOException.class)
        .cause()
        .hasMessage("fourth")
        .satisfies(
            failure ->
                assertThat(failure.getSuppressed())
                    .extracting(Throwable::getMessage)
                    .containsExactly("third", "second"));
    assertThat(closed).containsExactly("first");
  }

  @Test
  void anErrorIsThrownAsItIs() {
    Closer closer = new Closer();
    AssertionError error = new AssertionError("gone");
    closer.add(failing(error));
    assertThatThrownBy(closer::close).isSameAs(error);
  }

  @Test
  void otherCheckedExceptionsAreTheCause() {
    Closer closer = new Closer();
    closer.add(failing(new ReflectiveOperationException("no such thing")));
    assertThatThrownBy(closer::close)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("could not be closed: no such thing")
        .hasCauseInstanceOf(ReflectiveOperationException.class);
  }

  @Test
  void whoeverIsInterruptedStaysSo() {
    Closer closer = new Closer();
    closer.add(failing(new InterruptedException("stop")));
    assertThatThrownBy(closer::close).hasCauseInstanceOf(InterruptedException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void theFailureThatLedHereComesFirst() {
    MallardException failure = MallardException.invalid("rows: -1 (expected: >= 0)");
    assertThatThrownBy(
            () -> {
              try (Closer onFailure = new Closer()) {
                onFailure.add(failing(new IOException("disk")));
                throw failure;
              }
            })
        .isSameAs(failure)
        .satisfies(
            e ->
                assertThat(e.getSuppressed())
                    .singleElement()
                    .isInstanceOf(UncheckedIOException.class));
  }

  @Test
  void closesOneThingAfterAFailure() {
    MallardException failure = MallardException.invalid("rows: -1 (expected: >= 0)");
    Closer.closeAfter(failure, () -> closed.add("buffer"));
    Closer.closeAfter(failure, failing(new IOException("disk")));
    // Nothing can be its own suppressed one.
    Closer.closeAfter(failure, failing(failure));

    assertThat(closed).containsExactly("buffer");
    assertThat(failure.getSuppressed()).singleElement().isInstanceOf(IOException.class);
  }

  private static AutoCloseable failing(Throwable failure) {
    return () -> {
      if (failure instanceof Error error) {
        throw error;
      }
      throw (Exception) failure;
    };
  }
}
