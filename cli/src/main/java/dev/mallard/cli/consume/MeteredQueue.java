package dev.mallard.cli.consume;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/** A bounded queue between two stages that knows how full it was. Thread-safe. */
final class MeteredQueue<T> {
  private final BlockingQueue<T> items;
  private final int capacity;
  private long depthSum;
  private long puts;
  private int deepest;

  MeteredQueue(int capacity) {
    this.capacity = capacity;
    this.items = new ArrayBlockingQueue<>(capacity);
  }

  void put(T item, StageMeter from) throws InterruptedException {
    long start = System.nanoTime();
    items.put(item);
    from.waitedForRoom(System.nanoTime() - start);
    measure();
  }

  private synchronized void measure() {
    int depth = items.size();
    depthSum += depth;
    puts++;
    deepest = Math.max(deepest, depth);
  }

  T take(StageMeter to) throws InterruptedException {
    long start = System.nanoTime();
    T item = items.take();
    to.waitedForInput(System.nanoTime() - start);
    return item;
  }

  /** What is left, when the stages have stopped. */
  @Nullable T poll() {
    return items.poll();
  }

  int depth() {
    return items.size();
  }

  int capacity() {
    return capacity;
  }

  synchronized double meanDepth() {
    return puts == 0 ? 0 : depthSum / (double) puts;
  }

  synchronized int deepest() {
    return deepest;
  }
}
