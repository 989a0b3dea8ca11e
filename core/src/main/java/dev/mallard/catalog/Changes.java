package dev.mallard.catalog;

import dev.mallard.access.Caller;
import dev.mallard.access.Right;
import dev.mallard.arrow.ArrowSchemas;
import dev.mallard.arrow.CheckLimits;
import dev.mallard.arrow.file.FileFooter;
import dev.mallard.arrow.file.FileFormat;
import dev.mallard.error.Closer;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.events.ServerEvents;
import dev.mallard.store.DataFolder;
import dev.mallard.store.StorageErrors;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What clients can do to datasets: put, append, drop, restore. Each is atomic and durable when it
 * returns. Thread-safe.
 */
public final class Changes {
  private final Catalog catalog;
  private final @Nullable DataFolder folder;
  private final Formats formats;
  private final OtherNames otherNames;
  private final CheckLimits limits;
  private final BufferAllocator allocator;
  private final ServerEvents events;
  private final Quota quota;

  /** As the other, without a quota. */
  public Changes(
      Catalog catalog,
      @Nullable DataFolder folder,
      Formats formats,
      OtherNames otherNames,
      CheckLimits limits,
      BufferAllocator allocator,
      ServerEvents events) {
    this(catalog, folder, formats, otherNames, limits, allocator, events, 0);
  }

  /**
   * @param otherNames what a new dataset must not be called
   * @param quotaBytes that each caller may have stored; 0 for no limit
   */
  public Changes(
      Catalog catalog,
      @Nullable DataFolder folder,
      Formats formats,
      OtherNames otherNames,
      CheckLimits limits,
      BufferAllocator allocator,
      ServerEvents events,
      long quotaBytes) {
    this.catalog = catalog;
    this.folder = folder;
    this.formats = formats;
    this.otherNames = otherNames;
    this.limits = limits;
    this.allocator = allocator;
    this.events = events;
    this.quota =
        quotaBytes == 0 || folder == null
            ? Quota.NONE
            : new Quota(quotaBytes, new FilesByCaller(folder, formats, catalog), System::nanoTime);
  }

  Quota quota() {
    return quota;
  }

  /**
   * Begins an upload. Everything that can be refused is refused here, before a byte is stored.
   *
   * @param path the descriptor's path
   * @return to be committed or closed by who asked for it
   */
  public Upload put(List<String> path, PutMode mode, Schema schema, Caller caller) {
    caller.require(
        Right.WRITE,
        (mode == PutMode.APPEND ? "append to dataset '" : "put dataset '")
            + String.join("/", path)
            + "'");
    DatasetName name = DatasetName.parse(path);
    DataFolder data = requireWritable();
    Optional<Source.Single> existing =
        catalog.find(name).map(source -> requireWritable(name, source));
    if (existing.isEmpty()) {
      requireFree(name);
    }
    if (mode == PutMode.APPEND) {
      requireAppendable(name, existing, schema);
    }
    FileFormat format = existing.map(Source.Single::format).orElseGet(() -> formatOf(name));
    format.checkStorable(schema);
    String file = existing.map(Source.Single::name).orElseGet(() -> newFile(name, format));
    if (existing.isEmpty()) {
      catalog.requirePlace(name, file);
    }
    try {
      return new Upload(
          new Upload.Target(name, file, path, format, mode, caller),
          data,
          this,
          schema,
          limits,
          allocator,
          events);
    } catch (IOException e) {
      throw StorageErrors.translate("storing dataset '" + name + "'", e);
    }
  }

  /** Refuses a new dataset that would hide something else, or be hidden by it. */
  private void requireFree(DatasetName name) {
    String bare = formats.stripExtension(name.toString());
    for (String taken : new LinkedHashSet<>(List.of(name.toString(), bare))) {
      if (otherNames.isTaken(Names.nameOf(taken))) {
        throw taken(name, taken);
      }
    }
  }

  /**
   * As {@link #requireFree}, for what was free when its upload began, and keeps the name so until
   * the dataset is there.
   */
  OtherNames.Kept keepName(DatasetName name) {
    if (catalog.find(name).isPresent()) {
      return () -> {};
    }
    DatasetName bare = Names.nameOf(formats.stripExtension(name.toString()));
    try (Closer onFailure = new Closer()) {
      OtherNames.Kept kept =
          onFailure.add(otherNames.keep(bare).orElseThrow(() -> taken(name, bare.toString())));
      requireFree(name);
      onFailure.release();
      return kept;
    }
  }

  private static MallardException taken(DatasetName name, String taken) {
    return new MallardException(
        ErrorCode.ALREADY_EXISTS,
        "dataset '"
            + name
            + "' cannot be put: there is an SQL table or view '"
            + taken
            + "'; choose another name, or DROP it first");
  }

  FileFooter footer(DataFile file) {
    return catalog.footer(file);
  }

  private DataFolder requireWritable() {
    if (folder == null || folder.readOnly()) {
      throw new MallardException(
          ErrorCode.PERMISSION_DENIED,
          "this server is read-only: start it with a folder and without --read-only to change datasets");
    }
    return folder;
  }

  private static Source.Single requireWritable(DatasetName name, Source source) {
    if (source instanceof Source.Single file) {
      return file;
    }
    boolean isFolder = source instanceof Source.Fixed fixed && !fixed.isMount();
    throw new MallardException(
        ErrorCode.FAILED_PRECONDITION,
        "dataset '"
            + name
            + "' is read-only: "
            + (isFolder ? "it is a folder of files" : "it is served from outside the data folder")
            + "; use another name");
  }

  private void requireAppendable(
      DatasetName name, Optional<Source.Single> existing, Schema schema) {
    if (existing.isEmpty()) {
      throw MallardException.notFound(
          "no dataset '" + name + "' to append to; put it first, without append");
    }
    try (PinnedDataset base = catalog.pin(name)) {
      requireCompatible(name, base.dataset().schema(), schema);
    }
  }

  static void requireCompatible(DatasetName name, Schema dataset, Schema appended) {
    ArrowSchemas.incompatibility(dataset, appended)
        .ifPresent(
            difference -> {
              throw MallardException.invalid("cannot append to '" + name + "': " + difference);
            });
  }

  private FileFormat formatOf(DatasetName name) {
    return formats.of(name.toString()).orElseGet(formats::preferred);
  }

  private String newFile(DatasetName name, FileFormat format) {
    if (formats.of(name.toString()).isPresent()) {
      return name.toString();
    }
    String extension = format.extensions().get(0);
    name.requireRoomFor(extension);
    return name + extension;
  }

  /**
   * @throws MallardException NOT_FOUND if there is no such dataset
   */
  public void drop(DatasetName name, Caller caller) {
    caller.require(Right.WRITE, "drop dataset '" + name + "'");
    DataFolder data = requireWritable();
    Source.Single file =
        catalog
            .find(name)
            .map(source -> requireWritable(name, source))
            .orElseThrow(
                () ->
                    MallardException.notFound(
                        "no dataset '" + name + "' to drop; ListFlights shows what there is"));
    try {
      if (!data.drop(file.name())) {
        throw MallardException.notFound(
            "no dataset '" + name + "' to drop; somebody else was quicker");
      }
    } catch (IOException e) {
      throw StorageErrors.translate("dropping dataset '" + name + "'", e);
    }
    quota.changed(file.name());
    events.datasetDropped(name.toString());
  }

  /**
   * Makes a previous version the current one.
   *
   * @throws MallardException NOT_FOUND if the dataset or the version is gone
   */
  public VersionInfo restore(DatasetName name, String version, Caller caller) {
    caller.require(Right.WRITE, "restore a version of dataset '" + name + "'");
    DataFolder data = requireWritable();
    Source.Single file = requireWritable(name, catalog.require(name));
    try {
      data.restore(file.name(), version);
    } catch (IOException e) {
      throw StorageErrors.translate("restoring dataset '" + name + "'", e);
    }
    quota.changed(file.name());
    events.datasetRestored(name.toString(), version);
    return catalog.versions(name).get(0);
  }
}
