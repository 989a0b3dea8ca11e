package dev.mallard.engine.process;

import com.sun.jna.Memory;
import dev.mallard.engine.confine.StackRoom;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A process as the engine's is, that does what it is told: a line each, answered by a line. */
final class ObedientChild {
  private static final List<Memory> KEPT = new ArrayList<>();

  private static final List<Thread> THREADS = new ArrayList<>();

  private ObedientChild() {}

  private static void await(CountDownLatch end) {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  public static void main(String[] args) throws IOException {
    Parent.watch();
    try (ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listening.bind(UnixDomainSocketAddress.of(args[0]));
      Parent.tellReady();
      while (true) {
        SocketChannel connection = listening.accept();
        Thread thread = new Thread(() -> serve(connection));
        thread.setDaemon(true);
        thread.start();
      }
    }
  }

  private static void serve(SocketChannel connection) {
    try (connection) {
      BufferedReader lines =
          new BufferedReader(Channels.newReader(connection, StandardCharsets.UTF_8));
      BufferedWriter answers =
          new BufferedWriter(Channels.newWriter(connection, StandardCharsets.UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        answers.write(answer(line.split("\t")) + "\n");
        answers.flush();
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String answer(String[] told) {
    try {
      return "ok " + obey(told);
    } catch (Throwable e) {
      return "failed " + e.getClass().getSimpleName() + ": " + e.getMessage();
    }
  }

  private static String obey(String[] told) throws Exception {
    Path path = told.length > 1 ? Path.of(told[1]) : null;
    switch (told[0]) {
      case "read":
        return Files.readString(path).strip().replace('\n', ' ');
      case "list":
        try (var all = Files.list(path)) {
          return Long.toString(all.count());
        }
      case "write":
        Files.writeString(path, "overwritten", StandardOpenOption.CREATE);
        return "";
      case "append":
        Files.writeString(path, "appended", StandardOpenOption.APPEND);
        return "";
      case "truncate":
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
          file.truncate(0);
        }
        return "";
      case "delete":
        Files.delete(path);
        return "";
      case "rename":
        Files.move(path, Path.of(told[2]));
        return "";
      case "link":
        Files.createLink(Path.of(told[2]), path);
        return "";
      case "symlink":
        Files.createSymbolicLink(Path.of(told[2]), path);
        return "";
      case "mkdir":
        Files.createDirectory(path);
        return "";
      case "chmod":
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(told[2]));
        return "";
      case "touch":
        Files.setLastModifiedTime(path, java.nio.file.attribute.FileTime.fromMillis(1));
        return "";
      case "execute":
        return Integer.toString(new ProcessBuilder(told[1]).start().waitFor());
      case "connect":
        try (Socket socket =
            new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(told[1]))) {
          return "" + socket.isConnected();
        }
      case "bind":
        try (ServerSocket socket = new ServerSocket(0)) {
          return "" + socket.isBound();
        }
      case "allocate":
        Memory memory = new Memory(Long.parseLong(told[1]));
        KEPT.add(memory);
        for (long i = 0; i < memory.size(); i += 4096) {
          memory.setByte(i, (byte) 1);
        }
        return "";
      case "threads":
        // As many as would not fit, but for the room that is made for each.
        StackRoom room = StackRoom.ofThisProcess(16 << 20);
        CountDownLatch end = new CountDownLatch(1);
        for (int i = 0; i < Integer.parseInt(told[1]); i++) {
          room.add();
          Thread waiting = new Thread(null, () -> await(end), "waiting", 16 << 20);
          waiting.start();
          THREADS.add(waiting);
        }
        end.countDown();
        for (Thread waiting : THREADS) {
          waiting.join();
          room.remove();
        }
        THREADS.clear();
        return "";
      case "thread":
        String[] result = new String[1];
        String[] rest = java.util.Arrays.copyOfRange(told, 1, told.length);
        Thread thread = new Thread(() -> result[0] = answer(rest));
        thread.start();
        thread.join();
        return result[0];
      case "property":
        return System.getProperty(told[1]);
      case "environment":
        return System.getenv().keySet().toString();
      case "exit":
        Runtime.getRuntime().halt(Integer.parseInt(told[1]));
        return "";
      default:
        throw new IllegalArgumentException(told[0]);
    }
  }
}
