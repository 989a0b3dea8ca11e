package dev.mallard.cli.output;

import com.fasterxml.jackson.core.io.NumberOutput;
import java.math.BigDecimal;
import java.time.zone.ZoneRules;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BaseLargeVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthViewVector;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.DurationVector;
import org.apache.arrow.vector.ExtensionTypeVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.IntervalDayVector;
import org.apache.arrow.vector.IntervalMonthDayNanoVector;
import org.apache.arrow.vector.IntervalYearVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeMilliVector;
import org.apache.arrow.vector.TimeNanoVector;
import org.apache.arrow.vector.TimeSecVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VariableWidthFieldVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;

/** Makes the {@link TextCell} that fits a vector. Stateless. */
final class TextCells {
  private static final char[] HEX = "0123456789abcdef".toCharArray();
  private static final long MILLIS_A_DAY = 86_400_000;
  private static final long NANOS_A_MILLI = 1_000_000;

  private final DictionaryProvider dictionaries;
  private final char dateTimeSeparator;

  /**
   * @param dateTimeSeparator between date and time: a space, or {@code T}
   */
  TextCells(DictionaryProvider dictionaries, char dateTimeSeparator) {
    this.dictionaries = dictionaries;
    this.dateTimeSeparator = dateTimeSeparator;
  }

  TextCell of(FieldVector vector) {
    DictionaryEncoding encoding = vector.getField().getDictionary();
    if (encoding != null && vector instanceof BaseIntVector indices) {
      return dictionary(vector, indices, dictionaries.lookup(encoding.getId()));
    }
    return switch (vector.getMinorType()) {
      case TINYINT, SMALLINT, UINT1, UINT2, UINT4 -> integer((BaseIntVector) vector);
      case INT -> {
        IntVector ints = (IntVector) vector;
        yield number(vector, (row, out) -> out.put(ints.get(row)));
      }
      case BIGINT -> {
        BigIntVector longs = (BigIntVector) vector;
        yield number(vector, (row, out) -> out.put(longs.get(row)));
      }
      case UINT8 -> {
        UInt8Vector longs = (UInt8Vector) vector;
        yield number(vector, (row, out) -> out.put(Long.toUnsignedString(longs.get(row))));
      }
      case FLOAT2, FLOAT4, FLOAT8 -> floating(vector);
      case DECIMAL -> decimal((DecimalVector) vector);
      case DECIMAL256 -> {
        Decimal256Vector decimals = (Decimal256Vector) vector;
        yield number(vector, (row, out) -> out.put(decimals.getObject(row).toPlainString()));
      }
      case BIT -> {
        BitVector bits = (BitVector) vector;
        yield plain(vector, (row, out) -> out.put(bits.get(row) != 0 ? "true" : "false"));
      }
      case VARCHAR, LARGEVARCHAR, VIEWVARCHAR -> bytes(vector, false);
      case VARBINARY, LARGEVARBINARY, VIEWVARBINARY, FIXEDSIZEBINARY -> bytes(vector, true);
      case NULL -> plain(vector, (row, out) -> {});
      case DATEDAY, DATEMILLI, TIMESEC, TIMEMILLI, TIMEMICRO, TIMENANO -> dateOrTime(vector);
      case TIMESTAMPSEC,
          TIMESTAMPMILLI,
          TIMESTAMPMICRO,
          TIMESTAMPNANO,
          TIMESTAMPSECTZ,
          TIMESTAMPMILLITZ,
          TIMESTAMPMICROTZ,
          TIMESTAMPNANOTZ ->
          timestamp((TimeStampVector) vector);
      case DURATION, INTERVALYEAR, INTERVALDAY, INTERVALMONTHDAYNANO -> span(vector);
      case EXTENSIONTYPE ->
          of((FieldVector) ((ExtensionTypeVector<?>) vector).getUnderlyingVector());
      default -> new NestedCell(vector, new JsonCells(dictionaries).of(vector));
    };
  }

  private static TextCell number(FieldVector vector, TextCell.Writer writer) {
    return TextCell.of(vector, TextCell.Look.NUMBER, writer);
  }

  private static TextCell plain(FieldVector vector, TextCell.Writer writer) {
    return TextCell.of(vector, TextCell.Look.PLAIN, writer);
  }

  private TextCell dictionary(FieldVector vector, BaseIntVector indices, Dictionary dictionary) {
    TextCell values = of(dictionary.getVector());
    return new TextCell(vector, values.look()) {
      @Override
      boolean isNull(int row) {
        return super.isNull(row) || values.isNull((int) indices.getValueAsLong(row));
      }

      @Override
      void write(int row, TextBuffer out) {
        values.write((int) indices.getValueAsLong(row), out);
      }
    };
  }

  private static TextCell integer(BaseIntVector vector) {
    int bits = ((ArrowType.Int) vector.getField().getType()).getBitWidth();
    boolean signed = ((ArrowType.Int) vector.getField().getType()).getIsSigned();
    long mask = signed ? -1 : (1L << bits) - 1;
    return number(vector, (row, out) -> out.put(vector.getValueAsLong(row) & mask));
  }

  private static TextCell floating(FieldVector vector) {
    if (vector instanceof Float8Vector doubles) {
      return number(vector, (row, out) -> out.put(NumberOutput.toString(doubles.get(row), true)));
    }
    if (vector instanceof Float4Vector floats) {
      return number(vector, (row, out) -> out.put(NumberOutput.toString(floats.get(row), true)));
    }
    Float2Vector halves = (Float2Vector) vector;
    return number(
        vector, (row, out) -> out.put(NumberOutput.toString(halves.getValueAsFloat(row), true)));
  }

  private static TextCell decimal(DecimalVector vector) {
    int scale = vector.getScale();
    if (vector.getPrecision() > 18 || scale < 0) {
      return number(vector, (row, out) -> out.put(vector.getObject(row).toPlainString()));
    }
    // Up to 18 digits are in the value's first 8 bytes.
    return number(
        vector,
        (row, out) -> {
          long unscaled = vector.getDataBuffer().getLong((long) row * DecimalVector.TYPE_WIDTH);
          out.put(BigDecimal.valueOf(unscaled, scale).toPlainString());
        });
  }

  private TextCell bytes(FieldVector vector, boolean binary) {
    TextCell.Look look = binary ? TextCell.Look.PLAIN : TextCell.Look.TEXT;
    if (!binary && vector instanceof BaseVariableWidthVector text) {
      return TextCell.of(
          vector,
          look,
          (row, out) -> {
            ArrowBuf offsets = text.getOffsetBuffer();
            int start = offsets.getInt(4L * row);
            out.put(text.getDataBuffer(), start, offsets.getInt(4L * row + 4) - start);
          });
    }
    return TextCell.of(vector, look, (row, out) -> write(value(vector, row), binary, out));
  }

  /** The bytes of a value of any string or binary type. */
  static byte[] value(FieldVector vector, int row) {
    if (vector instanceof FixedSizeBinaryVector fixed) {
      return fixed.get(row);
    }
    if (vector instanceof BaseVariableWidthViewVector views) {
      return views.get(row);
    }
    if (vector instanceof BaseLargeVariableWidthVector large) {
      long start = large.getOffsetBuffer().getLong(8L * row);
      byte[] bytes = new byte[(int) (large.getOffsetBuffer().getLong(8L * row + 8) - start)];
      large.getDataBuffer().getBytes(start, bytes);
      return bytes;
    }
    VariableWidthFieldVector small = (VariableWidthFieldVector) vector;
    int start = small.getOffsetBuffer().getInt(4L * row);
    byte[] bytes = new byte[small.getOffsetBuffer().getInt(4L * row + 4) - start];
    small.getDataBuffer().getBytes(start, bytes);
    return bytes;
  }

  /** Binary as PostgreSQL writes it: {@code \x} and two digits a byte. */
  private static void write(byte[] value, boolean binary, TextBuffer out) {
    if (!binary) {
      out.write(value, 0, value.length);
      return;
    }
    out.put("\\x");
    for (byte b : value) {
      out.put(HEX[(b >> 4) & 0xf]).put(HEX[b & 0xf]);
    }
  }

  private static TextCell dateOrTime(FieldVector vector) {
    if (vector instanceof DateDayVector days) {
      return plain(vector, (row, out) -> TimeText.date(days.get(row), out));
    }
    if (vector instanceof DateMilliVector millis) {
      return plain(
          vector, (row, out) -> TimeText.date(Math.floorDiv(millis.get(row), MILLIS_A_DAY), out));
    }
    if (vector instanceof TimeSecVector seconds) {
      return plain(vector, (row, out) -> TimeText.time(seconds.get(row), 1, out));
    }
    if (vector instanceof TimeMilliVector millis) {
      return plain(vector, (row, out) -> TimeText.time(millis.get(row), 1_000, out));
    }
    if (vector instanceof TimeMicroVector micros) {
      return plain(vector, (row, out) -> TimeText.time(micros.get(row), 1_000_000, out));
    }
    TimeNanoVector nanos = (TimeNanoVector) vector;
    return plain(vector, (row, out) -> TimeText.time(nanos.get(row), 1_000_000_000, out));
  }

  private TextCell timestamp(TimeStampVector vector) {
    ArrowType.Timestamp type = (ArrowType.Timestamp) vector.getField().getType();
    long perSecond = TimeText.perSecond(type.getUnit());
    ZoneRules rules = TimeText.rules(type.getTimezone());
    return plain(
        vector,
        (row, out) ->
            TimeText.timestamp(vector.get(row), perSecond, rules, dateTimeSeparator, out));
  }

  private static TextCell span(FieldVector vector) {
    if (vector instanceof DurationVector durations) {
      TimeUnit unit = ((ArrowType.Duration) vector.getField().getType()).getUnit();
      long perSecond = TimeText.perSecond(unit);
      return plain(
          vector,
          (row, out) ->
              TimeText.duration(
                  DurationVector.get(durations.getDataBuffer(), row), perSecond, out));
    }
    if (vector instanceof IntervalYearVector months) {
      return plain(vector, (row, out) -> TimeText.interval(months.get(row), 0, 0, out));
    }
    if (vector instanceof IntervalDayVector days) {
      return plain(
          vector,
          (row, out) ->
              TimeText.interval(
                  0,
                  IntervalDayVector.getDays(days.getDataBuffer(), row),
                  IntervalDayVector.getMilliseconds(days.getDataBuffer(), row) * NANOS_A_MILLI,
                  out));
    }
    IntervalMonthDayNanoVector parts = (IntervalMonthDayNanoVector) vector;
    return plain(
        vector,
        (row, out) ->
            TimeText.interval(
                IntervalMonthDayNanoVector.getMonths(parts.getDataBuffer(), row),
                IntervalMonthDayNanoVector.getDays(parts.getDataBuffer(), row),
                IntervalMonthDayNanoVector.getNanoseconds(parts.getDataBuffer(), row),
                out));
  }
}
