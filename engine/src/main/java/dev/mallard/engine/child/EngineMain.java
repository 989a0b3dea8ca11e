package dev.mallard.engine.child;

import dev.mallard.engine.process.Parent;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** The engine's process: takes connections of the server that started it, until that is gone. */
public final class EngineMain {
  private EngineMain() {}

  /**
   * @param args where to listen
   */
  public static void main(String[] args) throws IOException {
    Parent.watch();
    try (ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listening.bind(UnixDomainSocketAddress.of(Path.of(args[0])));
      Parent.tellReady();
      while (true) {
        try (SocketChannel connection = listening.accept()) {
          connection.shutdownOutput();
        }
      }
    }
  }
}
