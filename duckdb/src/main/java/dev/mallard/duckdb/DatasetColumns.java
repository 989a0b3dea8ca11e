package dev.mallard.duckdb;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** The columns of a dataset as a query's result has them, after Parquet and DuckDB. */
final class DatasetColumns {
  private DatasetColumns() {}

  static Schema asQueried(Schema dataset) {
    return new Schema(dataset.getFields().stream().map(DatasetColumns::asQueried).toList());
  }

  private static Field asQueried(Field field) {
    if (UnavailableColumns.isRefused(field)) {
      return new Field(field.getName(), FieldType.nullable(ArrowType.Null.INSTANCE), null);
    }
    ArrowType type = asQueried(field.getType());
    List<Field> children = new ArrayList<>();
    for (Field child : field.getChildren()) {
      children.add(asQueried(child));
    }
    return new Field(field.getName(), new FieldType(field.isNullable(), type, null), children);
  }

  private static ArrowType asQueried(ArrowType type) {
    return switch (type.getTypeID()) {
      case LargeUtf8, Utf8View -> ArrowType.Utf8.INSTANCE;
      case LargeBinary, BinaryView, FixedSizeBinary -> ArrowType.Binary.INSTANCE;
      case LargeList, FixedSizeList -> ArrowType.List.INSTANCE;
      case Time ->
          ((ArrowType.Time) type).getUnit() == TimeUnit.NANOSECOND
              ? type
              : new ArrowType.Time(TimeUnit.MICROSECOND, 64);
      case Date -> new ArrowType.Date(DateUnit.DAY);
      case Duration, Interval -> new ArrowType.Interval(IntervalUnit.MONTH_DAY_NANO);
      case Decimal ->
          new ArrowType.Decimal(
              ((ArrowType.Decimal) type).getPrecision(),
              ((ArrowType.Decimal) type).getScale(),
              128);
      case FloatingPoint ->
          ((ArrowType.FloatingPoint) type).getPrecision() == FloatingPointPrecision.HALF
              ? new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE)
              : type;
      case Timestamp -> timestamp((ArrowType.Timestamp) type);
      default -> type;
    };
  }

  /** Zones become UTC; seconds are milliseconds in Parquet. */
  private static ArrowType timestamp(ArrowType.Timestamp type) {
    TimeUnit unit =
        type.getUnit() == TimeUnit.NANOSECOND ? TimeUnit.NANOSECOND : TimeUnit.MICROSECOND;
    return new ArrowType.Timestamp(unit, type.getTimezone() == null ? null : "UTC");
  }
}
