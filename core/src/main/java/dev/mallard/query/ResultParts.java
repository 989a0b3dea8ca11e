package dev.mallard.query;

import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.file.RowRange;
import java.util.ArrayList;
import java.util.List;

/** Counts the messages of a result, so that it can be cut into parts of about equal size. */
final class ResultParts {
  /** After each record batch. */
  private final List<Total> totals = new ArrayList<>();

  private long rows;
  private long bytes;

  private record Total(long rows, long bytes) {}

  void count(IpcMessage message) {
    bytes += message.encodedBytes();
    if (message.kind() == IpcMessage.Kind.RECORD_BATCH) {
      rows += message.rows();
      totals.add(new Total(rows, bytes));
    }
  }

  long rows() {
    return rows;
  }

  long bytes() {
    return bytes;
  }

  /** At most so many parts, cut where batches end, together all rows. */
  List<QueryPlan.Part> split(int count) {
    List<QueryPlan.Part> parts = new ArrayList<>();
    Total from = new Total(0, 0);
    for (Total total : totals) {
      long target = rows * (parts.size() + 1) / count;
      boolean isLast = parts.size() + 1 == count;
      if (!isLast && total.rows() >= target && total.rows() > from.rows() && total.rows() < rows) {
        parts.add(part(from, total));
        from = total;
      }
    }
    parts.add(part(from, new Total(rows, bytes)));
    return parts;
  }

  private static QueryPlan.Part part(Total from, Total to) {
    return new QueryPlan.Part(new RowRange(from.rows(), to.rows()), to.bytes() - from.bytes());
  }
}
