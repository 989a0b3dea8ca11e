package dev.mallard.flight.get;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.CheckLimits;
import dev.mallard.arrow.CompressedStream;
import dev.mallard.arrow.Compression;
import dev.mallard.arrow.DecompressedStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.MessageCutter;
import dev.mallard.arrow.SkippedStream;
import dev.mallard.arrow.file.RowRange;
import dev.mallard.catalog.Catalog;
import dev.mallard.catalog.DatasetName;
import dev.mallard.error.MallardException;
import dev.mallard.flight.call.BlockingCalls;
import dev.mallard.flight.call.CallHeaders;
import dev.mallard.flight.ticket.ReadTicket;
import dev.mallard.query.Cancellation;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.Optional;
import org.apache.arrow.flight.impl.Flight.Ticket;
import org.apache.arrow.memory.BufferAllocator;

/** DoGet. */
public final class DoGet {
  private final Catalog catalog;
  private final ResultOpener sql;
  private final RunningReads running;
  private final BlockingCalls blocking;
  private final BufferAllocator allocator;
  private final long maxMessageBytes;

  public DoGet(
      Catalog catalog,
      ResultOpener sql,
      RunningReads running,
      BlockingCalls blocking,
      BufferAllocator allocator,
      long maxMessageBytes) {
    this.catalog = catalog;
    this.sql = sql;
    this.running = running;
    this.blocking = blocking;
    this.allocator = allocator;
    this.maxMessageBytes = maxMessageBytes;
  }

  public void get(Ticket request, ServerCallStreamObserver<IpcMessage> client) {
    ReadTicket ticket = ReadTicket.decode(request);
    if (ticket instanceof ReadTicket.Text text) {
      ticket = named(text);
    }
    Optional<Compression> compression = CallHeaders.current().compression();
    if (ticket instanceof ReadTicket.OfDataset dataset) {
      pump(dataset, compression, client);
      return;
    }
    ReadTicket query = ticket;
    new SlowGet(query.plan(), client, running, blocking)
        .start(cancellation -> open(query, compression, cancellation));
  }

  /** A dataset's name wins over SQL. */
  private ReadTicket named(ReadTicket.Text text) {
    if (!text.looksLikeSql() || isDataset(text.text())) {
      return new ReadTicket.OfDataset(DatasetName.parse(text.text()), null, RowRange.ALL, 0, null);
    }
    return sql.ticket(text.text());
  }

  private boolean isDataset(String text) {
    DatasetName name;
    try {
      name = DatasetName.parse(text);
    } catch (MallardException e) {
      return false;
    }
    return catalog.exists(name);
  }

  private void pump(
      ReadTicket.OfDataset ticket,
      Optional<Compression> compression,
      ServerCallStreamObserver<IpcMessage> client) {
    BatchStream stored = catalog.read(ticket.name(), ticket.version(), ticket.rows());
    new ReadRegistration(ticket, prepared(stored, ticket, compression), client).start();
  }

  private BatchStream open(
      ReadTicket ticket, Optional<Compression> compression, Cancellation cancellation) {
    return prepared(sql.open(ticket, cancellation), ticket, compression);
  }

  /** A pump and its place among the running reads. */
  private final class ReadRegistration {
    private final ReadTicket ticket;
    private final StreamPump pump;

    ReadRegistration(
        ReadTicket ticket, BatchStream stream, ServerCallStreamObserver<IpcMessage> client) {
      this.ticket = ticket;
      this.pump = new StreamPump(stream, client, this::end, new Cancellation());
    }

    void start() {
      running.add(ticket.plan(), pump);
      pump.start();
    }

    private void end() {
      running.remove(ticket.plan(), pump);
    }
  }

  private BatchStream prepared(
      BatchStream source, ReadTicket ticket, Optional<Compression> compression) {
    try {
      return prepare(source, ticket, compression);
    } catch (RuntimeException e) {
      source.close();
      throw e;
    }
  }

  /**
   * What the client sees: uncompressed unless it asked, no message too large for it, without what
   * it has already.
   */
  private BatchStream prepare(
      BatchStream source, ReadTicket ticket, Optional<Compression> compression) {
    BatchStream stream = new DecompressedStream(source, allocator, CheckLimits.DEFAULT);
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
