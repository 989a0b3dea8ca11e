package dev.mallard.app;

import dev.mallard.client.MallardClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** The datasets of {@code mallard demo}, always the same. */
final class SampleData {
  private static final int BATCH_ROWS = 16_384;
  private static final ArrowType INT64 = new ArrowType.Int(64, true);
  private static final ArrowType DOUBLE =
      new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
  private static final ArrowType UTF8 = new ArrowType.Utf8();

  private SampleData() {}

  /** Uploads all of them. */
  static void putAll(MallardClient client) throws IOException {
    put(client, "sales.parquet", salesSchema(), 100_000, SampleData::fillSales);
    put(client, "large_table.feather", featherSchema(), 50_000, SampleData::fillFeather);
    put(client, "my_app/user_sessions", sessionsSchema(), 1_000, SampleData::fillSessions);
  }

  private interface RowFiller {
    void fill(VectorSchemaRoot batch, int index, long row, SplittableRandom random);
  }

  private static void put(
      MallardClient client, String name, Schema schema, long rows, RowFiller filler)
      throws IOException {
    SplittableRandom random = new SplittableRandom(42);
    long[] next = {0};
    client.put(
        name,
        schema,
        batch -> {
          int count = (int) Math.min(BATCH_ROWS, rows - next[0]);
          if (count <= 0) {
            return false;
          }
          batch.getFieldVectors().forEach(FieldVector::reset);
          batch.allocateNew();
          for (int i = 0; i < count; i++) {
            filler.fill(batch, i, next[0] + i, random);
          }
          batch.setRowCount(count);
          next[0] += count;
          return true;
        });
  }

  private static Field field(String name, ArrowType type, boolean nullable, Field... children) {
    return new Field(name, new FieldType(nullable, type, null), List.of(children));
  }

  private static Schema salesSchema() {
    return new Schema(
        List.of(
            field("id", INT64, false),
            field("date", new ArrowType.Date(DateUnit.DAY), false),
            field("category", UTF8, false),
            field("value1", DOUBLE, true),
            field("value2", DOUBLE, false),
            field("active", ArrowType.Bool.INSTANCE, false),
            field("name", UTF8, true)));
  }

  private static void fillSales(VectorSchemaRoot batch, int i, long row, SplittableRandom random) {
    ((BigIntVector) batch.getVector("id")).setSafe(i, row);
    int day = (int) LocalDate.of(2020, 1, 1).toEpochDay() + random.nextInt(365);
    ((DateDayVector) batch.getVector("date")).setSafe(i, day);
    setText(batch, "category", i, String.valueOf((char) ('A' + random.nextInt(5))));
    if (random.nextInt(20) > 0) {
      ((Float8Vector) batch.getVector("value1")).setSafe(i, 100 + 15 * gaussian(random));
    }
    ((Float8Vector) batch.getVector("value2")).setSafe(i, -50 * Math.log(1 - random.nextDouble()));
    ((BitVector) batch.getVector("active")).setSafe(i, random.nextInt(10) < 7 ? 1 : 0);
    if (random.nextInt(10) > 0) {
      setText(batch, "name", i, "customer-" + random.nextInt(5_000));
    }
  }

  /** A normal variate by Box and Muller's transform. */
  private static double gaussian(SplittableRandom random) {
    return Math.sqrt(-2 * Math.log(1 - random.nextDouble()))
        * Math.cos(2 * Math.PI * random.nextDouble());
  }

  private static Schema featherSchema() {
    return new Schema(
        List.of(
            field("id", INT64, false),
            field("is_active", ArrowType.Bool.INSTANCE, true),
            field("name", UTF8, false),
            field(
                "metadata",
                ArrowType.Struct.INSTANCE,
                true,
                field("source", UTF8, true),
                field("score", DOUBLE, true))));
  }

  private static void fillFeather(
      VectorSchemaRoot batch, int i, long row, SplittableRandom random) {
    ((BigIntVector) batch.getVector("id")).setSafe(i, row);
    if (random.nextInt(10) > 0) {
      ((BitVector) batch.getVector("is_active")).setSafe(i, random.nextInt(2));
    }
    setText(batch, "name", i, "user_" + row);
    StructVector metadata = (StructVector) batch.getVector("metadata");
    if (random.nextInt(8) > 0) {
      metadata.setIndexDefined(i);
      byte[] source = (random.nextBoolean() ? "web" : "mobile").getBytes(StandardCharsets.UTF_8);
      ((VarCharVector) metadata.getChild("source")).setSafe(i, source);
      ((Float8Vector) metadata.getChild("score")).setSafe(i, random.nextDouble());
    }
  }

  private static Schema sessionsSchema() {
    return new Schema(List.of(field("user", UTF8, false), field("pages", INT64, false)));
  }

  private static void fillSessions(
      VectorSchemaRoot batch, int i, long row, SplittableRandom random) {
    setText(batch, "user", i, "user_" + row);
    ((BigIntVector) batch.getVector("pages")).setSafe(i, 1 + random.nextInt(40));
  }

  private static void setText(VectorSchemaRoot batch, String column, int i, String text) {
    ((VarCharVector) batch.getVector(column)).setSafe(i, text.getBytes(StandardCharsets.UTF_8));
  }
}
