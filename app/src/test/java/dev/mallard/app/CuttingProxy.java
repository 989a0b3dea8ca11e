package dev.mallard.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** A wire that breaks when so many bytes have come from the server; then it is whole again. */
final class CuttingProxy implements AutoCloseable {
  private final ServerSocket listener;
  private final int target;
  private final AtomicLong left;
  private final List<Socket> sockets = new ArrayList<>();

  CuttingProxy(int target, long bytes) throws IOException {
    this(target, bytes, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
  }

  /** Takes {@code listener} over. */
  CuttingProxy(int target, long bytes, ServerSocket listener) {
    this.target = target;
    this.left = new AtomicLong(bytes);
    this.listener = listener;
    start(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "proxy");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
        synchronized (sockets) {
          sockets.add(client);
          sockets.add(server);
        }
        start(() -> copy(client, server, false));
        start(() -> copy(server, client, true));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void copy(Socket from, Socket to, boolean counted) {
    byte[] buffer = new byte[16 * 1024];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      int read;
      while ((read = in.read(buffer)) >= 0) {
        if (counted && left.get() > 0 && left.addAndGet(-read) <= 0) {
          return;
        }
        out.write(buffer, 0, read);
      }
    } catch (IOException e) {
      // The other direction has ended it.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    synchronized (sockets) {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }
}
