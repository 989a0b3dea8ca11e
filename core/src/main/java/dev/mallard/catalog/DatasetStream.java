package dev.mallard.catalog;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.error.Closer;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.store.VersionPin;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a dataset's files, one file after the other; the version is kept until it is closed.
 * The first file is opened at once, so that a read that has begun does not depend on what happens
 * to its name; each other when its turn comes.
 */
final class DatasetStream implements BatchStream {
  /** Opens the rows of one file. */
  interface Opening {
    BatchStream open() throws IOException;
  }

  private final DatasetName name;
  private final Schema schema;
  private final Iterator<Opening> files;
  private final @Nullable VersionPin pin;

  /** Set by whoever pulls; any thread may look. */
  private volatile @Nullable BatchStream current;

  /** Takes the pin over, also if it throws. */
  DatasetStream(DatasetName name, Schema schema, List<Opening> files, @Nullable VersionPin pin)
      throws IOException {
    this.name = name;
    this.schema = schema;
    this.files = List.copyOf(files).iterator();
    this.pin = pin;
    try (Closer onFailure = new Closer()) {
      onFailure.add(this::unpin);
      if (this.files.hasNext()) {
        this.current = this.files.next().open();
      }
      onFailure.release();
    }
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public boolean mayWait() {
    BatchStream open = current;
    return open == null ? files.hasNext() : open.mayWait();
  }

  @Override
  public void stopWaiting() {
    BatchStream open = current;
    if (open != null) {
      open.stopWaiting();
    }
  }

  @Override
  public @Nullable IpcMessage next() throws IOException {
    try {
      return nextOfAll();
    } catch (MallardException e) {
      if (e.code() != ErrorCode.DATA_LOSS) {
        throw e;
      }
      throw new MallardException(e.code(), "dataset '" + name + "': " + e.getMessage(), e);
    }
  }

  private @Nullable IpcMessage nextOfAll() throws IOException {
    while (true) {
      BatchStream open = current;
      if (open == null) {
        if (!files.hasNext()) {
          return null;
        }
        open = files.next().open();
        current = open;
      }
      IpcMessage message = open.next();
      if (message != null) {
        return message;
      }
      open.close();
      current = null;
    }
  }

  @Override
  public void close() {
    try {
      BatchStream open = current;
      if (open != null) {
        open.close();
        current = null;
      }
    } finally {
      unpin();
    }
  }

  private void unpin() {
    if (pin != null) {
      pin.close();
    }
  }
}
