package dev.mallard.testing;

import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * An allocator for tests that fails the test if anything is left in it. Either a JUnit extension
 * with a fresh root allocator for each test ({@code @RegisterExtension final LeakCheckedAllocator
 * memory = new LeakCheckedAllocator();}) or, opened with {@link #open}, the resource of a try
 * statement.
 */
public final class LeakCheckedAllocator
    implements BeforeEachCallback, AfterEachCallback, AutoCloseable {
  private static final long DEFAULT_LIMIT = 1L << 30;

  private final long limit;
  private BufferAllocator allocator;

  public LeakCheckedAllocator() {
    this(DEFAULT_LIMIT);
  }

  /**
   * @param limit in bytes; what asks for more gets an OutOfMemoryException
   */
  public LeakCheckedAllocator(long limit) {
    this.limit = limit;
  }

  /** One that is ready for use without JUnit. */
  public static LeakCheckedAllocator open() {
    LeakCheckedAllocator opened = new LeakCheckedAllocator();
    opened.allocator = new RootAllocator(opened.limit);
    return opened;
  }

  public BufferAllocator get() {
    if (allocator == null) {
      throw new IllegalStateException("there is an allocator only while a test runs");
    }
    return allocator;
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    allocator = new RootAllocator(limit);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    // A failed test may well leave memory behind; its own error is the one to show.
    if (context.getExecutionException().isEmpty()) {
      close();
    }
  }

  @Override
  public void close() {
    long left = get().getAllocatedMemory();
    if (left != 0) {
      throw new AssertionError(
          "allocated bytes left: " + left + "\n" + allocator.toVerboseString());
    }
    allocator.close();
    allocator = null;
  }
}
