package dev.mallard.cli.output;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonGenerator;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.ExtensionTypeVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.DenseUnionVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.RunEndEncodedVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.complex.UnionVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;

/**
 * Makes the {@link JsonCell} that fits a vector: numbers with all their digits, binary as Base64,
 * dates and times as ISO 8601 strings, maps with text keys as objects and others as key-value
 * pairs, and numbers that JSON does not have (NaN, infinity) as strings. Stateless.
 */
final class JsonCells {
  private static final JsonCell NULL = (row, out) -> out.writeNull();

  private final DictionaryProvider dictionaries;

  JsonCells(DictionaryProvider dictionaries) {
    this.dictionaries = dictionaries;
  }

  JsonCell of(FieldVector vector) {
    JsonCell present = present(vector);
    return (row, out) -> {
      if (vector.isNull(row)) {
        out.writeNull();
      } else {
        present.write(row, out);
      }
    };
  }

  private JsonCell present(FieldVector vector) {
    DictionaryEncoding encoding = vector.getField().getDictionary();
    if (encoding != null && vector instanceof BaseIntVector indices) {
      Dictionary dictionary = dictionaries.lookup(encoding.getId());
      JsonCell values = of(dictionary.getVector());
      return (row, out) -> values.write((int) indices.getValueAsLong(row), out);
    }
    return switch (vector.getMinorType()) {
      case TINYINT, SMALLINT, INT, BIGINT, UINT1, UINT2, UINT4, UINT8, DECIMAL, DECIMAL256 ->
          number(vector);
      case FLOAT2 -> {
        Float2Vector halves = (Float2Vector) vector;
        yield (row, out) -> out.writeNumber(halves.getValueAsFloat(row));
      }
      case FLOAT4 -> {
        Float4Vector floats = (Float4Vector) vector;
        yield (row, out) -> out.writeNumber(floats.get(row));
      }
      case FLOAT8 -> {
        Float8Vector doubles = (Float8Vector) vector;
        yield (row, out) -> out.writeNumber(doubles.get(row));
      }
      case BIT -> {
        BitVector bits = (BitVector) vector;
        yield (row, out) -> out.writeBoolean(bits.get(row) != 0);
      }
      case VARBINARY, LARGEVARBINARY, VIEWVARBINARY, FIXEDSIZEBINARY ->
          (row, out) -> out.writeBinary(TextCells.value(vector, row));
      case NULL -> NULL;
      case STRUCT -> struct((StructVector) vector);
      case LIST, LARGELIST, FIXED_SIZE_LIST, LISTVIEW, LARGELISTVIEW -> list(vector);
      case MAP -> map((MapVector) vector);
      case UNION -> {
        UnionVector union = (UnionVector) vector;
        yield (row, out) -> of((FieldVector) union.getVector(row)).write(row, out);
      }
      case DENSEUNION -> {
        DenseUnionVector union = (DenseUnionVector) vector;
        yield (row, out) ->
            of((FieldVector) union.getVectorByType(union.getTypeId(row)))
                .write(union.getOffset(row), out);
      }
      case RUNENDENCODED -> {
        RunEndEncodedVector runs = (RunEndEncodedVector) vector;
        JsonCell values = of(runs.getValuesVector());
        yield (row, out) -> values.write(runs.getPhysicalIndex(row), out);
      }
      case EXTENSIONTYPE ->
          of((FieldVector) ((ExtensionTypeVector<?>) vector).getUnderlyingVector());
      default -> text(vector);
    };
  }

  private JsonCell number(FieldVector vector) {
    TextCell text = new TextCells(dictionaries, 'T').of(vector);
    TextBuffer buffer = new TextBuffer(32);
    return (row, out) -> {
      buffer.truncate(0);
      text.write(row, buffer);
      out.writeNumber(buffer.text(0));
    };
  }

  private JsonCell text(FieldVector vector) {
    TextCell text = new TextCells(dictionaries, 'T').of(vector);
    TextBuffer buffer = new TextBuffer(64);
    return (row, out) -> {
      buffer.truncate(0);
      text.write(row, buffer);
      out.writeUTF8String(buffer.array(), 0, buffer.length());
    };
  }

  private JsonCell struct(StructVector vector) {
    List<String> names = new ArrayList<>();
    List<JsonCell> cells = new ArrayList<>();
    for (FieldVector child : vector.getChildrenFromFields()) {
      names.add(child.getName());
      cells.add(of(child));
    }
    return (row, out) -> {
      out.writeStartObject();
      for (int i = 0; i < names.size(); i++) {
        out.writeFieldName(names.get(i));
        cells.get(i).write(row, out);
      }
      out.writeEndObject();
    };
  }

  private JsonCell list(FieldVector vector) {
    ListElements elements = ListElements.of(vector);
    JsonCell element = of(elements.vector());
    return (row, out) -> {
      out.writeStartArray();
      int end = elements.end(row);
      for (int i = elements.start(row); i < end; i++) {
        element.write(i, out);
      }
      out.writeEndArray();
    };
  }

  private JsonCell map(MapVector vector) {
    List<FieldVector> entry = ((StructVector) vector.getDataVector()).getChildrenFromFields();
    FieldVector keys = entry.get(0);
    JsonCell key = of(keys);
    JsonCell value = of(entry.get(1));
    boolean textKeys = keys instanceof VarCharVector && keys.getField().getDictionary() == null;
    return (row, out) -> {
      int end = vector.getElementEndIndex(row);
      int start = vector.getElementStartIndex(row);
      if (textKeys) {
        out.writeStartObject();
        for (int i = start; i < end; i++) {
          out.writeFieldName(new String(((VarCharVector) keys).get(i), UTF_8));
          value.write(i, out);
        }
        out.writeEndObject();
        return;
      }
      out.writeStartArray();
      for (int i = start; i < end; i++) {
        pair(key, value, i, out);
      }
      out.writeEndArray();
    };
  }

  private static void pair(JsonCell key, JsonCell value, int row, JsonGenerator out)
      throws java.io.IOException {
    out.writeStartObject();
    out.writeFieldName("key");
    key.write(row, out);
    out.writeFieldName("value");
    value.write(row, out);
    out.writeEndObject();
  }
}
