package dev.mallard.parquet;

import dev.mallard.arrow.file.FileFormat;
import dev.mallard.arrow.file.FileFormatContract;
import dev.mallard.error.MallardException;
import dev.mallard.testing.SampleFields;
import java.util.List;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** Parquet does what every format does. */
class ParquetContractTest extends FileFormatContract {
  private final ParquetFormat format = new ParquetFormat(WriterOptions.defaults(), Runnable::run);

  @Override
  protected FileFormat format() {
    return format;
  }

  @Override
  protected Schema schema() {
    List<Field> fields =
        SampleFields.everyType().getFields().stream().filter(this::isStorable).toList();
    return new Schema(fields, SampleFields.everyType().getCustomMetadata());
  }

  private boolean isStorable(Field field) {
    boolean sampleDoesNotFit =
        field.getType().equals(new ArrowType.Date(DateUnit.MILLISECOND))
            || field.getType().equals(new ArrowType.Interval(IntervalUnit.MONTH_DAY_NANO));
    try {
      format.checkStorable(new Schema(List.of(field)));
      return !sampleDoesNotFit;
    } catch (MallardException e) {
      return false;
    }
  }
}
