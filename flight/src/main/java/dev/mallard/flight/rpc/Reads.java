package dev.mallard.flight.rpc;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.CheckLimits;
import dev.mallard.arrow.CompressedStream;
import dev.mallard.arrow.Compression;
import dev.mallard.arrow.DecompressedStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.MessageCutter;
import dev.mallard.arrow.SkippedStream;
import dev.mallard.catalog.Catalog;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.Optional;
import org.apache.arrow.flight.impl.Flight.Ticket;
import org.apache.arrow.memory.BufferAllocator;

/** DoGet. */
final class Reads {
  private final Catalog catalog;
  private final RunningReads running;
  private final BufferAllocator allocator;
  private final long maxMessageBytes;

  Reads(Catalog catalog, RunningReads running, BufferAllocator allocator, long maxMessageBytes) {
    this.catalog = catalog;
    this.running = running;
    this.allocator = allocator;
    this.maxMessageBytes = maxMessageBytes;
  }

  void get(Ticket request, ServerCallStreamObserver<IpcMessage> client) {
    ReadTicket ticket = ReadTicket.decode(request);
    Optional<Compression> compression = CallHeaders.current().compression();
    BatchStream stored = catalog.read(ticket.name(), ticket.version(), ticket.range());
    BatchStream stream;
    try {
      stream = prepare(stored, ticket, compression);
    } catch (RuntimeException e) {
      stored.close();
      throw e;
    }
    new ReadRegistration(ticket, stream, client).start();
  }

  /** A pump and its place among the running reads. */
  private final class ReadRegistration {
    private final ReadTicket ticket;
    private final StreamPump pump;

    ReadRegistration(
        ReadTicket ticket, BatchStream stream, ServerCallStreamObserver<IpcMessage> client) {
      this.ticket = ticket;
      this.pump = new StreamPump(stream, client, this::end);
    }

    void start() {
      running.add(ticket.plan(), pump);
      pump.start();
    }

    private void end() {
      running.remove(ticket.plan(), pump);
    }
  }

  /**
   * What the client sees: uncompressed unless it asked, no message too large for it, without what
   * it has already.
   */
  private BatchStream prepare(
      BatchStream stored, ReadTicket ticket, Optional<Compression> compression) {
    BatchStream stream = new DecompressedStream(stored, allocator, CheckLimits.DEFAULT);
    stream = MessageCutter.cut(stream, maxMessageBytes, allocator);
    if (ticket.skippedBatches() > 0) {
      stream = new SkippedStream(stream, ticket.skippedBatches());
    }
    BatchStream uncompressed = stream;
    return compression
        .<BatchStream>map(codec -> new CompressedStream(uncompressed, codec, allocator))
        .orElse(uncompressed);
  }
}
