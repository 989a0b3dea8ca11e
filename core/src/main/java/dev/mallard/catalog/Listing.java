package dev.mallard.catalog;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists what there is, one by one: what is wrong with one is never the others' concern. Whatever
 * cannot be read is logged once, and can be asked for. Thread-safe.
 */
final class Listing {
  private static final Logger LOG = LoggerFactory.getLogger(Listing.class);

  private final Names names;
  private final DatasetOpener opener;
  private final Cache<Unreadable, Boolean> logged =
      Caffeine.newBuilder().maximumSize(100_000).build();

  Listing(Names names, DatasetOpener opener) {
    this.names = names;
    this.opener = opener;
  }

  /** A dataset, or why there is none. */
  private sealed interface Entry {
    record Good(Dataset dataset) implements Entry {}

    record Bad(Unreadable unreadable) implements Entry {}

    /** Gone since it was found. */
    record Gone() implements Entry {}
  }

  /** Looks into each when its turn comes. */
  Stream<Dataset> datasets(NamePattern pattern) {
    return names
        .each(pattern)
        .map(this::look)
        .filter(Entry.Good.class::isInstance)
        .map(entry -> ((Entry.Good) entry).dataset());
  }

  List<Unreadable> unreadable(NamePattern pattern) {
    return names
        .each(pattern)
        .map(this::look)
        .filter(Entry.Bad.class::isInstance)
        .map(entry -> ((Entry.Bad) entry).unreadable())
        .toList();
  }

  private Entry look(Source source) {
    DatasetName name = Names.nameOf(source.name());
    try {
      return new Entry.Good(opener.look(name, source, () -> names.find(name)));
    } catch (MallardException e) {
      if (e.code() == ErrorCode.CANCELLED) {
        throw e; // Nothing that the file has done.
      }
      return e.code() == ErrorCode.NOT_FOUND && !(source instanceof Source.Unusable)
          ? new Entry.Gone()
          : bad(source, String.valueOf(e.getMessage()), Optional.empty());
    } catch (RuntimeException e) {
      String reason = "dataset '" + source.name() + "' cannot be read; see the server's log";
      return bad(source, reason, Optional.of(e));
    }
  }

  private Entry bad(Source source, String reason, Optional<RuntimeException> cause) {
    Unreadable unreadable = new Unreadable(source.name(), reason);
    if (logged.asMap().putIfAbsent(unreadable, true) == null) {
      LOG.warn("not listed: {}", reason, cause.orElse(null));
    }
    return new Entry.Bad(unreadable);
  }
}
