package dev.mallard.cli.output;

import java.util.ArrayList;
import java.util.List;

/** Rows of text under headings, aligned. Not thread-safe. */
public final class TextTable {
  /** Columns are left out before wide ones become narrower than this. */
  private static final int COMFORTABLE = 12;

  private static final int NARROWEST = 3;

  /** Both ends and the ellipsis between: no more is left out. */
  private static final int FEWEST = 3;

  /**
   * A column.
   *
   * @param headings one above the other
   * @param right whether values stand at the right
   */
  public record Column(List<String> headings, boolean right) {
    public static Column text(String heading) {
      return new Column(List.of(heading), false);
    }

    public static Column number(String heading) {
      return new Column(List.of(heading), true);
    }
  }

  private final List<Column> columns;
  private final List<List<String>> rows = new ArrayList<>();

  public TextTable(List<Column> columns) {
    this.columns = List.copyOf(columns);
  }

  public void add(List<String> row) {
    rows.add(row.stream().map(DisplayText::visible).toList());
  }

  public void add(String... row) {
    add(List.of(row));
  }

  /** Without lines, two spaces between columns: for lists, which scripts read too. */
  public List<String> plain() {
    int[] widths = widths();
    List<String> lines = new ArrayList<>();
    for (int heading = 0; heading < headings(); heading++) {
      int at = heading;
      lines.add(
          line(columns.stream().map(c -> c.headings().get(at)).toList(), widths, "", "  ", ""));
    }
    rows.forEach(row -> lines.add(line(row, widths, "", "  ", "")));
    return lines;
  }

  /**
   * With lines around, cut to fit: wide columns become narrower, and where that is not enough,
   * columns in the middle are left out.
   *
   * @param available the width to fit into; 0 for as wide as it takes
   */
  public List<String> boxed(int available) {
    int[] widths = widths();
    if (available > 0) {
      shrink(widths, available, COMFORTABLE);
      if (total(widths) > available && widths.length > FEWEST) {
        return withoutMiddle(fitting(widths, available)).boxed(available);
      }
      shrink(widths, available, NARROWEST);
    }
    List<String> lines = new ArrayList<>();
    lines.add(rule(widths, "┌─", "─┬─", "─┐"));
    for (int heading = 0; heading < headings(); heading++) {
      int at = heading;
      lines.add(
          line(
              columns.stream().map(c -> c.headings().get(at)).toList(), widths, "│ ", " │ ", " │"));
    }
    lines.add(rule(widths, "├─", "─┼─", "─┤"));
    rows.forEach(row -> lines.add(line(row, widths, "│ ", " │ ", " │")));
    lines.add(rule(widths, "└─", "─┴─", "─┘"));
    return lines;
  }

  private int headings() {
    return columns.stream().mapToInt(column -> column.headings().size()).min().orElse(0);
  }

  private int[] widths() {
    int[] widths = new int[columns.size()];
    for (int i = 0; i < widths.length; i++) {
      for (String heading : columns.get(i).headings()) {
        widths[i] = Math.max(widths[i], DisplayText.width(heading));
      }
      for (List<String> row : rows) {
        widths[i] = Math.max(widths[i], DisplayText.width(row.get(i)));
      }
    }
    return widths;
  }

  private static int total(int[] widths) {
    int total = 1;
    for (int width : widths) {
      total += width + 3;
    }
    return total;
  }

  /** Takes from the widest, column by column. */
  private static void shrink(int[] widths, int available, int least) {
    while (total(widths) > available) {
      int widest = 0;
      for (int i = 1; i < widths.length; i++) {
        widest = widths[i] > widths[widest] ? i : widest;
      }
      if (widths.length == 0 || widths[widest] <= least) {
        return;
      }
      widths[widest]--;
    }
  }

  /** How many columns there is room for, taken from both ends, besides one for the ellipsis. */
  private static int fitting(int[] widths, int available) {
    int total = 1 + 4;
    int shown = 0;
    while (shown < widths.length - 1) {
      int next = shown % 2 == 0 ? shown / 2 : widths.length - 1 - shown / 2;
      total += widths[next] + 3;
      if (total > available) {
        break;
      }
      shown++;
    }
    return Math.max(2, shown);
  }

  private TextTable withoutMiddle(int shown) {
    int left = (shown + 1) / 2;
    int right = columns.size() - (shown - left);
    List<Column> kept = new ArrayList<>(columns.subList(0, left));
    List<String> dots = kept.get(0).headings().stream().map(h -> DisplayText.ELLIPSIS).toList();
    kept.add(new Column(dots, false));
    kept.addAll(columns.subList(right, columns.size()));
    TextTable table = new TextTable(kept);
    for (List<String> row : rows) {
      List<String> cells = new ArrayList<>(row.subList(0, left));
      cells.add(DisplayText.ELLIPSIS);
      cells.addAll(row.subList(right, row.size()));
      table.rows.add(cells);
    }
    return table;
  }

  private String line(List<String> cells, int[] widths, String begin, String between, String end) {
    StringBuilder line = new StringBuilder(begin);
    for (int i = 0; i < widths.length; i++) {
      String cell = DisplayText.cut(cells.get(i), widths[i]);
      line.append(i == 0 ? "" : between)
          .append(DisplayText.pad(cell, widths[i], columns.get(i).right()));
    }
    return line.append(end).toString().stripTrailing();
  }

  private static String rule(int[] widths, String begin, String between, String end) {
    StringBuilder line = new StringBuilder(begin);
    for (int i = 0; i < widths.length; i++) {
      line.append(i == 0 ? "" : between).append("─".repeat(widths[i]));
    }
    return line.append(end).toString();
  }
}
