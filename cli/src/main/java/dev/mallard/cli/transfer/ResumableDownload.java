package dev.mallard.cli.transfer;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.feather.FeatherFormat;
import dev.mallard.arrow.file.BatchWriter;
import dev.mallard.arrow.file.FileFooter;
import dev.mallard.client.MallardClient;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.Ticket;

/**
 * A download that survives a broken connection, Ctrl-C and a killed process: what arrives is kept
 * in a hidden folder beside the target, as Feather files that are complete in themselves, with the
 * ticket that the rest can be asked for with.
 */
public final class ResumableDownload {
  /** What a killed process loses at most. */
  private static final long SEGMENT_BYTES = 64L << 20;

  private static final String TICKET = "ticket";

  private final FeatherFormat format = new FeatherFormat();
  private final MallardClient client;
  private final String name;
  private final Path folder;
  private final Supplier<PrintWriter> messages;
  private final List<Path> segments = new ArrayList<>();
  private long arrivedRows;

  public ResumableDownload(
      MallardClient client, String name, Path target, Supplier<PrintWriter> messages) {
    this.client = client;
    this.name = name;
    this.folder = folder(target);
    this.messages = messages;
  }

  private static Path folder(Path target) {
    Path absolute = target.toAbsolutePath();
    return absolute.resolveSibling("." + absolute.getFileName() + ".resume");
  }

  /** Deletes what was kept for a target. */
  public static void forget(Path target) throws IOException {
    Path folder = folder(target);
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  /**
   * Transfers what is missing; then gives all of it, which the caller closes.
   *
   * @throws MallardException FAILED_PRECONDITION if the server's tickets cannot be resumed
   */
  public BatchStream fetch(FlightInfo info, Receiver.Monitor monitor) throws IOException {
    Ticket ticket = info.getEndpoints().get(0).getTicket();
    if (Files.exists(folder.resolve(TICKET))) {
      Ticket kept = new Ticket(Files.readAllBytes(folder.resolve(TICKET)));
      findSegments(monitor);
      messages.get().println("resuming after " + arrivedRows + " rows");
      try {
        transfer(resumed(kept), monitor);
        return all();
      } catch (FlightRuntimeException e) {
        if (e.status().code() != FlightStatusCode.NOT_FOUND) {
          throw e;
        }
        messages.get().println(name + " has changed since; starting again");
        clear();
      }
    }
    Files.createDirectories(folder);
    Files.write(folder.resolve(TICKET), ticket.getBytes());
    transfer(resumed(ticket), monitor);
    return all();
  }

  private Ticket resumed(Ticket ticket) {
    try {
      return MallardClient.resumed(ticket, arrivedRows);
    } catch (IllegalArgumentException e) {
      throw new MallardException(
          ErrorCode.FAILED_PRECONDITION,
          "--resume: this server's transfers cannot be resumed; leave it out",
          e);
    }
  }

  private void clear() throws IOException {
    for (Path segment : segments) {
      Files.delete(segment);
    }
    segments.clear();
    arrivedRows = 0;
  }

  private void findSegments(Receiver.Monitor monitor) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".feather")).sorted().toList()) {
        try (FileChannel channel = FileChannel.open(file)) {
          FileFooter footer = format.readFooter(channel);
          arrivedRows += footer.rows();
          monitor.received(footer.arrowBytes(), footer.rows());
          segments.add(file);
        } catch (MallardException e) {
          // Being written when the process was killed.
          Files.delete(file);
        }
      }
    }
  }

  private void transfer(Ticket ticket, Receiver.Monitor monitor) throws IOException {
    try (BatchStream rows = client.open(ticket);
        CurrentDictionaries dictionaries = new CurrentDictionaries(client.allocator())) {
      rows.schema();
      boolean more = true;
      while (more) {
        more = writeSegment(rows, dictionaries, monitor);
      }
    }
  }

  /** One file of it; false at the end. What has arrived is kept also if the rest does not come. */
  private boolean writeSegment(
      BatchStream rows, CurrentDictionaries dictionaries, Receiver.Monitor monitor)
      throws IOException {
    Path file = folder.resolve(String.format(Locale.ROOT, "%06d.feather", segments.size()));
    try (FileChannel channel =
            FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        BatchWriter writer = format.write(channel, rows.schema(), client.allocator())) {
      dictionaries.writeTo(writer);
      long bytes = 0;
      IpcMessage message = null;
      try {
        while (bytes < SEGMENT_BYTES && (message = rows.next()) != null) {
          bytes += message.encodedBytes();
          monitor.received(message.encodedBytes(), message.rows());
          dictionaries.look(message);
          writer.write(message);
        }
      } finally {
        // An interrupted thread cannot write to a file channel.
        boolean interrupted = Thread.interrupted();
        if (channel.isOpen()) {
          arrivedRows += writer.finish(Map.of()).rows();
          segments.add(file);
        }
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
      return message != null;
    }
  }

  private BatchStream all() {
    return new FeatherFiles(segments, client.allocator());
  }
}
