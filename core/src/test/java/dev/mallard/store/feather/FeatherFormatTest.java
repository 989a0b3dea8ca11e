package dev.mallard.store.feather;

import dev.mallard.store.DatasetFormat;
import dev.mallard.store.DatasetFormatContract;
import dev.mallard.testing.SampleFields;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

class FeatherFormatTest extends DatasetFormatContract {
  @Override
  protected DatasetFormat format() {
    return new FeatherFormat();
  }

  @Override
  protected Schema schema() {
    List<Field> fields = new ArrayList<>(SampleFields.flat());
    fields.addAll(SampleFields.nested());
    // All but the last: a dictionary within a dictionary cannot be replaced in a file.
    fields.addAll(SampleFields.dictionaryEncoded().subList(0, 3));
    return new Schema(fields);
  }
}
