package dev.mallard.store.derived;

import dev.mallard.arrow.feather.FeatherFooter;
import dev.mallard.arrow.feather.FeatherFormat;
import dev.mallard.error.MallardException;
import dev.mallard.store.DiskBudget;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens finished Arrow forms, and drops those that are not what they ought to be. Thread-safe. */
final class ArrowForms {
  /** In the footer of a form: what it is the form of. */
  static final String KEY_PROPERTY = "mallard:derived.key";

  private static final Logger LOG = LoggerFactory.getLogger(ArrowForms.class);

  private final FormStore store;
  private final FeatherFormat format;

  ArrowForms(FormStore store, FeatherFormat format) {
    this.store = store;
    this.format = format;
  }

  /** A form that was found; whoever gets it closes the file, and then the hold. */
  record Opened(FileChannel file, FeatherFooter footer, DiskBudget.Hold hold) {}

  /** Opens a form to read its rows. */
  @Nullable Opened open(String key) {
    FormStore.Form form = store.find(key);
    DiskBudget.Hold hold = form == null ? null : form.hold();
    if (form == null || hold == null) {
      return null;
    }
    Opened opened = open(key, form, hold);
    if (opened == null) {
      hold.close();
      form.discard();
    }
    return opened;
  }

  private @Nullable Opened open(String key, FormStore.Form form, DiskBudget.Hold hold) {
    FileChannel file = null;
    try {
      file = FileChannel.open(form.path(), StandardOpenOption.READ);
      FeatherFooter footer = validated(file, form, key);
      if (footer != null) {
        form.touch();
        return new Opened(file, footer, hold);
      }
      LOG.warn("a derived form was not what its name says; it is made again");
    } catch (NoSuchFileException e) {
      LOG.debug("a derived form was deleted; it is made again");
    } catch (IOException | MallardException e) {
      LOG.warn("a derived form could not be read; it is made again", e);
    }
    close(file);
    return null;
  }

  private @Nullable FeatherFooter validated(FileChannel file, FormStore.Form form, String key)
      throws IOException {
    if (file.size() != form.bytes()) {
      return null;
    }
    FeatherFooter footer = form.footer;
    if (footer == null) {
      footer = format.readFooter(file);
      if (!key.equals(footer.properties().get(KEY_PROPERTY))) {
        return null;
      }
      form.footer = footer;
    }
    return footer;
  }

  /**
   * What is known of a form without reading its rows; null if there is none. Is no use of it: who
   * lists all datasets does not change which was read longest ago.
   */
  @Nullable FeatherFooter footer(String key) {
    FormStore.Form form = store.find(key);
    if (form == null) {
      return null;
    }
    // Equal keys mean equal bytes: what was true of the form is so even if its file has gone.
    FeatherFooter known = form.footer;
    if (known != null) {
      return known;
    }
    try (FileChannel file = FileChannel.open(form.path(), StandardOpenOption.READ)) {
      return validated(file, form, key);
    } catch (IOException | MallardException e) {
      LOG.debug("a derived form could not be looked at", e);
      return null;
    }
  }

  /** Drops the form of {@code key}; those who read it go on. */
  void discard(String key) {
    FormStore.Form form = store.find(key);
    if (form != null) {
      form.discard();
    }
  }

  static void close(@Nullable FileChannel file) {
    if (file == null) {
      return;
    }
    try {
      file.close();
    } catch (IOException e) {
      LOG.debug("closing a derived form failed", e);
    }
  }
}
