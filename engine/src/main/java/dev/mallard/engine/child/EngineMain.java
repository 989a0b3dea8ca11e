package dev.mallard.engine.child;

import dev.mallard.duckdb.StatementStack;
import dev.mallard.engine.confine.StackRoom;
import dev.mallard.engine.link.Line;
import dev.mallard.engine.process.Parent;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** The engine's process: takes connections of the server that started it, until that is gone. */
public final class EngineMain {
  /** What DuckDB needs of a thread's stack for the deepest expression that it allows. */
  private static final long STACK_BYTES = StatementStack.BYTES;

  private EngineMain() {}

  /**
   * @param args where to listen
   */
  public static void main(String[] args) throws IOException {
    Parent.watch();
    try (ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listening.bind(UnixDomainSocketAddress.of(Path.of(args[0])));
      Parent.tellReady();
      ChildEngine engine = new ChildEngine();
      Warmup.start(engine);
      StackRoom stacks = StackRoom.ofThisProcess(STACK_BYTES);
      ThreadGroup group = new ThreadGroup("lines");
      for (int i = 1; ; i++) {
        SocketChannel channel = listening.accept();
        ServedLine line = new ServedLine(engine, new Line(channel, Long.MAX_VALUE));
        Thread thread = new Thread(group, () -> serve(line, stacks), "line-" + i, STACK_BYTES);
        thread.setDaemon(true);
        start(thread, channel, stacks);
      }
    }
  }

  private static void serve(ServedLine line, StackRoom stacks) {
    try {
      line.run();
    } finally {
      stacks.remove();
    }
  }

  /** Where there is no memory for it, that is this line's misfortune and no other's. */
  private static void start(Thread thread, SocketChannel channel, StackRoom stacks)
      throws IOException {
    stacks.add();
    try {
      thread.start();
    } catch (OutOfMemoryError e) {
      stacks.remove();
      channel.close();
    }
  }
}
