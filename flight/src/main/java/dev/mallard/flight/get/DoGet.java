package dev.mallard.flight.get;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.Compression;
import dev.mallard.arrow.FittedStream;
import dev.mallard.arrow.MessageLimit;
import dev.mallard.arrow.file.RowRange;
import dev.mallard.catalog.Catalog;
import dev.mallard.catalog.DatasetName;
import dev.mallard.error.MallardException;
import dev.mallard.flight.call.BlockingCalls;
import dev.mallard.flight.call.CallCaller;
import dev.mallard.flight.call.CallHeaders;
import dev.mallard.flight.call.CallTally;
import dev.mallard.flight.ticket.ReadTicket;
import dev.mallard.wire.OutgoingFrame;
import io.grpc.stub.ServerCallStreamObserver;
import org.apache.arrow.flight.impl.Flight.Ticket;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/** DoGet. */
public final class DoGet {
  private final Catalog catalog;
  private final ResultOpener results;
  private final RunningReads running;
  private final BlockingCalls blocking;
  private final BufferAllocator allocator;
  private final MessageLimit limit;

  public DoGet(
      Catalog catalog,
      ResultOpener results,
      RunningReads running,
      BlockingCalls blocking,
      BufferAllocator allocator,
      MessageLimit limit) {
    this.catalog = catalog;
    this.results = results;
    this.running = running;
    this.blocking = blocking;
    this.allocator = allocator;
    this.limit = limit;
  }

  public void get(Ticket request, ServerCallStreamObserver<OutgoingFrame> client) {
    ReadTicket ticket = ReadTicket.decode(request);
    if (ticket instanceof ReadTicket.Text text) {
      ticket = named(text);
    }
    Compression compression = CallHeaders.current().compression().orElse(null);
    if (ticket instanceof ReadTicket.OfDataset dataset) {
      CallTally.current().dataset(dataset.name().toString());
      BatchStream stream =
          catalog.as(CallCaller.current()).read(dataset.name(), dataset.version(), dataset.rows());
      new GetCall("dataset '" + dataset.name() + "'", dataset.plan(), client, running, blocking)
          .start(outgoing(stream, dataset, compression));
    } else if (ticket instanceof ReadTicket.Result result) {
      new GetCall("the result", result.plan(), client, running, blocking)
          .start(cancellation -> outgoing(results.open(result, cancellation), result, compression));
    }
  }

  /** A dataset's name wins over SQL. */
  private ReadTicket named(ReadTicket.Text text) {
    if (!text.looksLikeSql() || isDataset(text.text())) {
      return new ReadTicket.OfDataset(DatasetName.parse(text.text()), null, RowRange.ALL, 0, null);
    }
    return results.ticket(text.text());
  }

  private boolean isDataset(String text) {
    DatasetName name;
    try {
      name = DatasetName.parse(text);
    } catch (MallardException e) {
      return false;
    }
    return catalog.as(CallCaller.current()).exists(name);
  }

  /**
   * What the client sees: uncompressed unless it asked, no message too large for it, without what
   * it has already.
   */
  private BatchStream outgoing(
      BatchStream source, ReadTicket ticket, @Nullable Compression compression) {
    boolean copied = compression != null || CallHeaders.current().encrypted();
    return FittedStream.outgoing(
        source, copied ? limit.copied() : limit, compression, ticket.skippedRows(), allocator);
  }
}
