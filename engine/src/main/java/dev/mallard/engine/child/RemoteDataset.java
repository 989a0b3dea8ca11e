package dev.mallard.engine.child;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.engine.link.Ask;
import dev.mallard.engine.link.Told;
import dev.mallard.query.Cancellation;
import dev.mallard.query.DatasetTable;
import dev.mallard.query.SqlDataset;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** A version of a dataset that the server holds for as long as anybody here does. */
final class RemoteDataset implements SqlDataset {
  private final Told.Opened opened;
  private final Asking asking;

  /** Holds of this process's own, of which the server knows nothing. */
  private final AtomicInteger holds;

  /** What was told when it was ready; null before. */
  private final AtomicReference<Told.@Nullable Readiness> ready;

  private final AtomicBoolean closed = new AtomicBoolean();

  RemoteDataset(Told.Opened opened, Asking asking) {
    this(opened, asking, new AtomicInteger(1), new AtomicReference<>());
  }

  private RemoteDataset(
      Told.Opened opened,
      Asking asking,
      AtomicInteger holds,
      AtomicReference<Told.@Nullable Readiness> ready) {
    this.opened = opened;
    this.asking = asking;
    this.holds = holds;
    this.ready = ready;
  }

  @Override
  public DatasetTable name() {
    return opened.name();
  }

  @Override
  public String version() {
    return opened.version();
  }

  @Override
  public Schema schema() {
    return opened.schema();
  }

  @Override
  public List<Path> files() {
    return opened.files().stream().map(Path::of).toList();
  }

  @Override
  public List<Field> partitionColumns() {
    return opened.partitionColumns().getFields();
  }

  @Override
  public Map<Integer, String> missing() {
    return opened.missing();
  }

  @Override
  public Map<Integer, String> blank() {
    return readiness(new Ask.IsReady(opened.hold())).blank();
  }

  @Override
  public boolean isReady() {
    return readiness(new Ask.IsReady(opened.hold())).ready();
  }

  /** The server hears of what cancels it as soon as this process does. */
  @Override
  public void makeReady(Cancellation cancellation) {
    cancellation.check();
    readiness(new Ask.MakeReady(opened.hold()));
  }

  /** What is ready stays so: that is asked once. */
  private Told.Readiness readiness(Ask ask) {
    Told.Readiness known = ready.get();
    if (known == null) {
      Told.Readiness told = asking.ask(ask, Told.Readiness.class);
      if (!told.ready()) {
        return told;
      }
      ready.set(told);
      known = told;
    }
    return known;
  }

  @Override
  public boolean isIntact() {
    return asking.ask(new Ask.IsIntact(opened.hold()), Told.Yes.class).yes();
  }

  @Override
  public Optional<BatchStream> read() {
    Told told = asking.ask(new Ask.Read(opened.hold()), Told.class);
    return told instanceof Told.Held held
        ? Optional.of(asking.passed(new Passed(held.hold(), opened.schema(), asking)))
        : Optional.empty();
  }

  /** A stream that the server reads itself: all that can be done with it here is to pass it on. */
  static final class Passed implements BatchStream {
    private final long number;
    private final Schema schema;
    private final Asking asking;
    private boolean closed;

    private Passed(long number, Schema schema, Asking asking) {
      this.number = number;
      this.schema = schema;
      this.asking = asking;
    }

    long number() {
      return number;
    }

    boolean isClosed() {
      return closed;
    }

    @Override
    public Schema schema() {
      return schema;
    }

    @Override
    public IpcMessage next() {
      throw new IllegalStateException("a stream that is the server's");
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        asking.ask(new Ask.Release(number), Told.Nothing.class);
      }
    }
  }

  @Override
  public Form form() {
    return opened.form();
  }

  @Override
  public boolean isIdle() {
    return holds.get() == 1;
  }

  @Override
  public SqlDataset hold() {
    holds.incrementAndGet();
    return new RemoteDataset(opened, asking, holds, ready);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true) && holds.decrementAndGet() == 0) {
      asking.ask(new Ask.Release(opened.hold()), Told.Nothing.class);
    }
  }
}
