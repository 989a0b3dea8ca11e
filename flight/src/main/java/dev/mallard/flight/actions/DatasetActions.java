package dev.mallard.flight.actions;

import com.google.protobuf.ByteString;
import dev.mallard.catalog.Catalog;
import dev.mallard.catalog.Changes;
import dev.mallard.catalog.DatasetName;
import dev.mallard.catalog.NamePattern;
import dev.mallard.catalog.VersionInfo;
import dev.mallard.error.MallardException;
import dev.mallard.flight.call.CallCaller;
import dev.mallard.flight.call.CallTally;
import dev.mallard.flight.ticket.Json;
import dev.mallard.flight.ticket.Utf8;
import dev.mallard.query.Cancellation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flight.impl.Flight.Result;

/** What can be done to datasets beside putting them. */
final class DatasetActions {
  private static final String DROP = "drop_dataset";
  private static final String VERSIONS = "list_versions";
  private static final String UNREADABLE = "list_unreadable";
  private static final String RESTORE = "restore_version";

  /** The body of {@code restore_version}. */
  record RestoreRequest(String name, String version) {}

  private final Catalog catalog;
  private final Changes changes;

  DatasetActions(Catalog catalog, Changes changes) {
    this.catalog = catalog;
    this.changes = changes;
  }

  List<NamedAction> all() {
    // All wait for commits that are under way.
    return List.of(
        NamedAction.blocking(
            DROP, "Delete a dataset and its previous versions. Body: its name.", this::drop),
        NamedAction.blocking(
            VERSIONS,
            "The versions of a dataset that are kept, newest first, a JSON object each. Body: its name.",
            this::versions),
        NamedAction.blocking(
            RESTORE,
            "Make a previous version of a dataset the current one. Body: {\"name\":\"…\",\"version\":\"…\"}.",
            this::restore),
        NamedAction.blocking(
            UNREADABLE,
            "What has a dataset's name but cannot be read, and why, a JSON object each. Body: a prefix or a pattern"
                + " of names, or nothing.",
            this::unreadable));
  }

  private List<Result> drop(ByteString body, Cancellation cancellation) {
    changes.drop(name(body, DROP), CallCaller.current());
    return List.of();
  }

  private List<Result> versions(ByteString body, Cancellation cancellation) {
    return catalog.as(CallCaller.current()).versions(name(body, VERSIONS)).stream()
        .map(version -> ActionBodies.result(json(version)))
        .toList();
  }

  private List<Result> unreadable(ByteString body, Cancellation cancellation) {
    NamePattern pattern = NamePattern.of(Utf8.decode(body, "action " + UNREADABLE));
    return catalog.as(CallCaller.current()).unreadable(pattern).stream()
        .map(unreadable -> ActionBodies.result(Json.write(unreadable)))
        .toList();
  }

  private List<Result> restore(ByteString body, Cancellation cancellation) {
    String expected = "{\"name\":\"sales\",\"version\":\"…\"}";
    RestoreRequest request =
        Json.read(body.toByteArray(), RestoreRequest.class, "action " + RESTORE, expected);
    if (request.name() == null || request.version() == null) {
      throw MallardException.invalid(
          "action restore_version: not the JSON that is expected here: " + expected);
    }
    DatasetName name = told(DatasetName.parse(request.name()));
    VersionInfo restored = changes.restore(name, request.version(), CallCaller.current());
    return List.of(ActionBodies.result(json(restored)));
  }

  private static byte[] json(VersionInfo version) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("version", version.version());
    object.put("current", version.current());
    object.put("modified", version.modified().toString());
    object.put("rows", version.rows());
    object.put("file_bytes", version.fileBytes());
    return Json.write(object);
  }

  private static DatasetName name(ByteString body, String action) {
    return told(DatasetName.parse(Utf8.decode(body, "action " + action)));
  }

  private static DatasetName told(DatasetName name) {
    CallTally.current().dataset(name.toString());
    return name;
  }
}
