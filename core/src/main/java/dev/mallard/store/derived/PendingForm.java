package dev.mallard.store.derived;

import dev.mallard.error.MallardException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/** A form that is made when somebody wants its rows. Holds nothing; any thread. */
public final class PendingForm {
  private final ParquetForms forms;
  private final String key;
  private final ConversionSource source;

  PendingForm(ParquetForms forms, String key, ConversionSource source) {
    this.forms = forms;
    this.key = key;
    this.source = source;
  }

  /**
   * Puts the form in the place of the file without rows. Takes as long as the conversion.
   *
   * @param stopped asked now and then; if so it ends with CANCELLED
   * @throws MallardException RESOURCE_EXHAUSTED if there is no room for it
   */
  public QueryableFile make(Path target, BooleanSupplier stopped) throws IOException {
    return forms.make(key, source, target, stopped);
  }
}
