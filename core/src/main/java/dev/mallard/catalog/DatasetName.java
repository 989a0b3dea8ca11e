package dev.mallard.catalog;

import dev.mallard.error.MallardException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A dataset's name: a path of segments, checked once, so that nothing below this class has to think
 * about what a client may have meant by {@code ..}. A leading slash, one descriptor segment with
 * slashes in it and several segments all mean the same.
 *
 * @param segments at least one, each safe as a file name
 */
public record DatasetName(List<String> segments) {
  private static final int MAX_SEGMENT_BYTES = 255;

  private static final int MAX_SEGMENTS = 32;

  /** Leaves room for the data folder's own path in what file systems take (4,096 bytes). */
  private static final int MAX_BYTES = 1024;

  private static final Pattern ENCODED =
      Pattern.compile("%(2e|2f|5c|00|25)", Pattern.CASE_INSENSITIVE);

  /** Slashes of other scripts that compatibility normalisation leaves alone. */
  private static final String LOOK_ALIKES = "∕⁄⧵⧸╱╲⟋⟍";

  public DatasetName {
    segments = List.copyOf(segments);
  }

  /**
   * @throws MallardException INVALID_ARGUMENT that shows the name and says what is wrong with it
   */
  public static DatasetName parse(String name) {
    return parse(List.of(name));
  }

  /**
   * @param path a descriptor's path
   * @throws MallardException INVALID_ARGUMENT that shows the name and says what is wrong with it
   */
  public static DatasetName parse(List<String> path) {
    String joined = String.join("/", path);
    String relative = joined.startsWith("/") ? joined.substring(1) : joined;
    if (relative.isEmpty()) {
      throw invalid(joined, "is empty; name a dataset, for example 'sales'");
    }
    List<String> segments = new ArrayList<>(Arrays.asList(relative.split("/", -1)));
    if (segments.size() > MAX_SEGMENTS) {
      throw invalid(joined, "has more than " + MAX_SEGMENTS + " segments");
    }
    if (relative.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
      throw invalid(joined, "has more than " + MAX_BYTES + " bytes");
    }
    for (String segment : segments) {
      checkSegment(joined, segment);
    }
    return new DatasetName(segments);
  }

  private static void checkSegment(String name, String segment) {
    if (segment.isEmpty()) {
      throw invalid(
          name, "has an empty segment; write one slash between segments and none at the end");
    }
    String plain = Normalizer.normalize(segment, Normalizer.Form.NFKC);
    if (plain.startsWith(".")) {
      throw invalid(name, "has a segment that begins with a dot; such names are reserved");
    }
    if (plain.indexOf('/') >= 0
        || plain.indexOf('\\') >= 0
        || segment.codePoints().anyMatch(c -> LOOK_ALIKES.indexOf(c) >= 0)) {
      throw invalid(
          name,
          "has a backslash, or a character that looks like a slash; use letters, digits, '-', '_'");
    }
    if (ENCODED.matcher(segment).find()) {
      throw invalid(
          name, "has a percent-encoded dot, slash, percent sign or NUL; write names as they are");
    }
    if (segment.codePoints().anyMatch(DatasetName::isUnprintable)) {
      throw invalid(name, "has a control character or is not valid UTF-8");
    }
    int bytes = segment.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_SEGMENT_BYTES) {
      throw invalid(
          name, "has a segment of " + bytes + " bytes (at most " + MAX_SEGMENT_BYTES + ")");
    }
  }

  /**
   * Refuses a name whose file would have a longer one than file systems take.
   *
   * @param extension that is added to it
   */
  void requireRoomFor(String extension) {
    int bytes = segments.get(segments.size() - 1).getBytes(StandardCharsets.UTF_8).length;
    int most = MAX_SEGMENT_BYTES - extension.length();
    if (bytes > most) {
      throw invalid(
          toString(),
          "has a last segment of %d bytes (at most %d, for '%s' is added to it)"
              .formatted(bytes, most, extension));
    }
  }

  private static boolean isUnprintable(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> codePoint == 0xFFFD;
    };
  }

  private static MallardException invalid(String name, String problem) {
    return MallardException.invalid("dataset name '" + printable(name) + "' " + problem);
  }

  /** Short and harmless on a terminal. */
  private static String printable(String name) {
    StringBuilder text = new StringBuilder();
    name.codePoints()
        .limit(80)
        .forEach(
            c -> text.append(isUnprintable(c) ? "\\u{%x}".formatted(c) : Character.toString(c)));
    return name.codePointCount(0, name.length()) > 80 ? text + "…" : text.toString();
  }

  /**
   * The name with slashes, without a leading one; also the path of its file, but for the extension.
   */
  @Override
  public String toString() {
    return String.join("/", segments);
  }
}
