package dev.mallard.arrow.feather;

import dev.mallard.arrow.file.FileFormat;
import dev.mallard.arrow.file.FileFormatContract;
import dev.mallard.testing.SampleFields;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

class FeatherFormatTest extends FileFormatContract {
  @Override
  protected FileFormat format() {
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
