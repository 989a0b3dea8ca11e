package dev.mallard.arrow;

import dev.mallard.error.MallardException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flatbuf.MetadataVersion;

/**
 * A column of one batch: its node and where its buffers are in the body. Only the counts of nodes
 * and buffers have been checked.
 *
 * @param nulls as declared; −1 if the writer did not say
 * @param ranges pairs of offset and length, one for each buffer
 */
record ColumnData(
    ColumnLayout layout, long length, long nulls, long[] ranges, List<ColumnData> children) {

  /**
   * Gives the header's nodes and buffers to the columns that they are of.
   *
   * @throws MallardException INVALID_ARGUMENT if they are not as many as the schema asks for
   */
  static List<ColumnData> of(BatchHeader header, List<ColumnLayout> layouts) {
    Parser parser = new Parser(header);
    List<ColumnData> columns = new ArrayList<>(layouts.size());
    for (ColumnLayout layout : layouts) {
      columns.add(parser.column(layout));
    }
    parser.checkUsedUp();
    return columns;
  }

  long offset(int buffer) {
    return ranges[2 * buffer];
  }

  long size(int buffer) {
    return ranges[2 * buffer + 1];
  }

  /** Of a view column. */
  int dataBuffers() {
    return ranges.length / 2 - layout.kind().buffers;
  }

  MallardException invalid(String what) {
    return MallardException.invalid("column '" + layout.path() + "': " + what);
  }

  private static final class Parser {
    private final BatchHeader header;
    private int node;
    private int buffer;
    private int variadic;

    Parser(BatchHeader header) {
      this.header = header;
    }

    ColumnData column(ColumnLayout layout) {
      if (2 * node >= header.nodes().length) {
        throw wrongCount("field nodes", header.nodes().length / 2, "fewer");
      }
      long length = header.nodes()[2 * node];
      long nulls = header.nodes()[2 * node + 1];
      node++;
      if (layout.isUnion() && header.version() == MetadataVersion.V4) {
        skipUnionsValidity(layout, nulls);
      }
      long[] ranges = new long[2 * (layout.kind().buffers + variadicBuffers(layout))];
      if (2 * buffer + ranges.length > header.buffers().length) {
        throw wrongCount("buffers", header.buffers().length / 2, "fewer");
      }
      System.arraycopy(header.buffers(), 2 * buffer, ranges, 0, ranges.length);
      buffer += ranges.length / 2;
      List<ColumnData> children = new ArrayList<>(layout.children().size());
      for (ColumnLayout child : layout.children()) {
        children.add(column(child));
      }
      return new ColumnData(layout, length, nulls, ranges, children);
    }

    /** Before Arrow 1.0 unions had a bitmap of their own. */
    private void skipUnionsValidity(ColumnLayout layout, long nulls) {
      if (nulls != 0) {
        throw MallardException.invalid(
            "column '"
                + layout.path()
                + "': a union with nulls of its own, as before Arrow 1.0; write it again");
      }
      buffer++;
    }

    private int variadicBuffers(ColumnLayout layout) {
      if (layout.kind() != ColumnLayout.Kind.VIEW) {
        return 0;
      }
      if (variadic >= header.variadicCounts().length) {
        throw wrongCount("variadic buffer counts", header.variadicCounts().length, "fewer");
      }
      long count = header.variadicCounts()[variadic++];
      if (count < 0 || count > header.buffers().length / 2) {
        throw wrongCount("buffers", header.buffers().length / 2, "fewer");
      }
      return (int) count;
    }

    void checkUsedUp() {
      if (2 * node != header.nodes().length) {
        throw wrongCount("field nodes", header.nodes().length / 2, "more");
      }
      if (2 * buffer != header.buffers().length) {
        throw wrongCount("buffers", header.buffers().length / 2, "more");
      }
      if (variadic != header.variadicCounts().length) {
        throw wrongCount("variadic buffer counts", header.variadicCounts().length, "more");
      }
    }

    private static MallardException wrongCount(String what, int count, String relation) {
      return MallardException.invalid(
          "record batch: it has "
              + count
              + " "
              + what
              + ", "
              + relation
              + " than the schema needs");
    }
  }
}
