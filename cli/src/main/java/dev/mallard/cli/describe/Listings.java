package dev.mallard.cli.describe;

import dev.mallard.cli.output.Listing;
import dev.mallard.cli.output.Listing.Column;
import dev.mallard.cli.output.Listing.Kind;
import dev.mallard.cli.output.TypeNames;
import dev.mallard.client.DatasetDetails;
import dev.mallard.client.DatasetVersion;
import java.util.List;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** What servers say of datasets, in rows: for the commands and the shell alike. Stateless. */
public final class Listings {
  private Listings() {}

  /** A dataset's name as servers list it. */
  public static String name(FlightInfo info) {
    return info.getDescriptor().isCommand()
        ? "(command)"
        : String.join("/", info.getDescriptor().getPath());
  }

  /** A row for each dataset and SQL table. */
  public static Listing datasets(List<FlightInfo> infos) {
    Listing listing =
        new Listing(
            new Column("name", Kind.TEXT),
            new Column("rows", Kind.COUNT),
            new Column("size", Kind.BYTES),
            new Column("columns", Kind.COUNT),
            new Column("kind", Kind.TEXT),
            new Column("format", Kind.TEXT));
    for (FlightInfo info : infos) {
      DatasetDetails details = DatasetDetails.of(info);
      listing.add(
          name(info),
          known(info.getRecords()),
          size(info, details),
          (long) info.getSchema().getFields().size(),
          details.kind(),
          details.format());
    }
    return listing;
  }

  /** What its files take; of a server that does not say it, what is sent. */
  private static @Nullable Long size(FlightInfo info, DatasetDetails details) {
    return details.fileBytes() != null ? details.fileBytes() : known(info.getBytes());
  }

  /**
   * One row with all that is known of a dataset but its columns.
   *
   * @param versions how many are kept; null if it has none
   */
  public static Listing details(FlightInfo info, @Nullable Long versions) {
    DatasetDetails details = DatasetDetails.of(info);
    Listing listing =
        new Listing(
            new Column("name", Kind.TEXT),
            new Column("kind", Kind.TEXT),
            new Column("format", Kind.TEXT),
            new Column("rows", Kind.COUNT),
            new Column("files", Kind.COUNT),
            new Column("file_size", Kind.BYTES),
            new Column("arrow_size", Kind.BYTES),
            new Column("modified", Kind.TEXT),
            new Column("versions", Kind.COUNT),
            new Column("endpoints", Kind.COUNT),
            new Column("columns", Kind.COUNT));
    listing.add(
        name(info),
        details.kind(),
        details.format(),
        known(info.getRecords()),
        details.files(),
        details.fileBytes(),
        known(info.getBytes()),
        details.modified(),
        versions,
        (long) info.getEndpoints().size(),
        (long) info.getSchema().getFields().size());
    return listing;
  }

  /** A row for each column. */
  public static Listing columns(Schema schema) {
    Listing listing =
        new Listing(
            new Column("name", Kind.TEXT),
            new Column("type", Kind.TEXT),
            new Column("nulls", Kind.FLAG));
    for (Field field : schema.getFields()) {
      listing.add(field.getName(), TypeNames.of(field), field.isNullable());
    }
    return listing;
  }

  /** A row for each version, in their order. */
  public static Listing versions(List<DatasetVersion> versions) {
    Listing listing =
        new Listing(
            new Column("version", Kind.TEXT),
            new Column("modified", Kind.TEXT),
            new Column("rows", Kind.COUNT),
            new Column("size", Kind.BYTES),
            new Column("current", Kind.FLAG));
    for (DatasetVersion version : versions) {
      listing.add(
          version.id(),
          version.modified(),
          known(version.rows()),
          known(version.fileBytes()),
          version.current());
    }
    return listing;
  }

  /** Flight says −1 for what is not known. */
  private static @Nullable Long known(long value) {
    return value < 0 ? null : value;
  }
}
