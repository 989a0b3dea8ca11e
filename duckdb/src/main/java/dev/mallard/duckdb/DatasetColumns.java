package dev.mallard.duckdb;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
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
      case LargeList, ListView, LargeListView, FixedSizeList -> ArrowType.List.INSTANCE;
      case Time -> new ArrowType.Time(TimeUnit.MICROSECOND, 64);
      case Date -> new ArrowType.Date(DateUnit.DAY);
      case Duration -> new ArrowType.Int(64, true);
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
    if (type.getTimezone() != null) {
      return new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC");
    }
    return type.getUnit() == TimeUnit.NANOSECOND
        ? type
        : new ArrowType.Timestamp(TimeUnit.MICROSECOND, null);
  }
}
