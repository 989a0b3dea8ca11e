package dev.mallard.arrow;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Takes some columns out of record batches, without decoding or decompressing any. Immutable; one
 * thread at a time uses a message.
 */
public final class MessageColumns {
  /** What becomes of a column. */
  public enum Choice {
    KEEP,
    /** It stays, without its values: all are null. */
    BLANK,
    DROP
  }

  /** A table has rows even if none of its columns is left, and formats need one. */
  private static final Field ROWS = Field.nullable("rows", ArrowType.Null.INSTANCE);

  private final Schema schema;
  private final List<ColumnLayout> layouts;
  private final List<Choice> choices;
  private final Set<Long> dictionaries = new LinkedHashSet<>();

  /**
   * @param schema in message form
   * @param choices one for each field
   */
  public MessageColumns(Schema schema, List<Choice> choices) {
    this.layouts = ColumnLayout.of(schema);
    this.choices = List.copyOf(choices);
    this.schema = chosen(schema, choices);
    Map<Long, Set<Long>> nested =
        ColumnLayout.nestedDictionaries(ColumnLayout.dictionaries(schema));
    for (int i = 0; i < layouts.size(); i++) {
      if (choices.get(i) != Choice.DROP) {
        layouts.get(i).dictionaryIds().forEach(id -> addDictionary(id, nested));
      }
    }
  }

  private void addDictionary(long id, Map<Long, Set<Long>> nested) {
    if (dictionaries.add(id)) {
      nested.getOrDefault(id, Set.of()).forEach(inner -> addDictionary(inner, nested));
    }
  }

  private static Schema chosen(Schema schema, List<Choice> choices) {
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < choices.size(); i++) {
      Field field = schema.getFields().get(i);
      switch (choices.get(i)) {
        case KEEP -> fields.add(field);
        case BLANK -> fields.add(nullable(field));
        case DROP -> {}
      }
    }
    return new Schema(fields.isEmpty() ? List.of(ROWS) : fields, schema.getCustomMetadata());
  }

  private static Field nullable(Field field) {
    FieldType type =
        new FieldType(true, field.getType(), field.getDictionary(), field.getMetadata());
    return new Field(field.getName(), type, field.getChildren());
  }

  /** Of the messages that come out. */
  public Schema schema() {
    return schema;
  }

  /**
   * The message with the chosen columns alone.
   *
   * @param message taken over
   * @return empty for a dictionary that none of them has
   * @throws MallardException INVALID_ARGUMENT if it does not fit the schema; DATA_LOSS if it is
   *     damaged
   */
  public Optional<IpcMessage> select(IpcMessage message, BufferAllocator allocator)
      throws IOException {
    BatchHeader header = BatchHeader.read(message);
    if (header.dictionary() != null) {
      if (dictionaries.contains(header.dictionary().id())) {
        return Optional.of(message);
      }
      message.close();
      return Optional.empty();
    }
    try (message;
        MessageBuilder builder = new MessageBuilder()) {
      builder.codec(header.codec());
      List<ColumnData> columns = ColumnData.of(header, layouts);
      for (int i = 0; i < columns.size(); i++) {
        switch (choices.get(i)) {
          case KEEP -> keep(columns.get(i), message.body(), builder, allocator);
          case BLANK -> blank(layouts.get(i), header.rows(), header, builder, allocator);
          case DROP -> {}
        }
      }
      if (choices.stream().allMatch(choice -> choice == Choice.DROP)) {
        builder.node(header.rows(), header.rows());
      }
      return Optional.of(builder.build(null, header.rows()));
    } catch (IndexOutOfBoundsException | ArithmeticException e) {
      throw new MallardException(
          ErrorCode.DATA_LOSS, "the record batch is damaged: its parts do not fit together", e);
    }
  }

  private static void keep(
      ColumnData column, MessageBody body, MessageBuilder builder, BufferAllocator allocator)
      throws IOException {
    builder.node(column.length(), column.nulls());
    if (column.layout().kind() == ColumnLayout.Kind.VIEW) {
      builder.variadicCount(column.dataBuffers());
    }
    for (int i = 0; i < column.ranges().length / 2; i++) {
      builder.buffer(body.read(column.offset(i), column.size(i), allocator));
    }
    for (ColumnData child : column.children()) {
      keep(child, body, builder, allocator);
    }
  }

  /** Rows of nothing but null. */
  private static void blank(
      ColumnLayout layout,
      long rows,
      BatchHeader header,
      MessageBuilder builder,
      BufferAllocator allocator) {
    ColumnLayout.Kind kind = layout.kind();
    builder.node(rows, rows);
    if (kind == ColumnLayout.Kind.VIEW) {
      builder.variadicCount(0);
    }
    for (int i = 0; i < kind.buffers; i++) {
      builder.buffer(zeros(blankBytes(layout, rows, i), header, allocator));
    }
    long children =
        switch (kind) {
          case STRUCT, SPARSE_UNION -> rows;
          case FIXED_SIZE_LIST -> Math.multiplyExact(rows, (long) layout.width());
          default -> 0;
        };
    for (ColumnLayout child : layout.children()) {
      blank(child, children, header, builder, allocator);
    }
  }

  private static long blankBytes(ColumnLayout layout, long rows, int buffer) {
    if (buffer == 0) {
      return (rows + 7) / 8;
    }
    return switch (layout.kind()) {
      case BITS -> (rows + 7) / 8;
      case VIEW -> Math.multiplyExact(rows, 16L);
      case VARIABLE, LIST -> buffer == 1 ? Math.multiplyExact(rows + 1, (long) layout.width()) : 0;
      case FIXED, LIST_VIEW -> Math.multiplyExact(rows, (long) layout.width());
      default -> 0;
    };
  }

  /** In a compressed message each buffer says first that it is not (−1), unless it is empty. */
  private static ArrowBuf zeros(long bytes, BatchHeader header, BufferAllocator allocator) {
    long prefix = header.compressed() && bytes > 0 ? Long.BYTES : 0;
    ArrowBuf buffer = allocator.buffer(prefix + bytes);
    buffer.setZero(0, prefix + bytes);
    if (prefix > 0) {
      buffer.setLong(0, -1);
    }
    buffer.writerIndex(prefix + bytes);
    return buffer;
  }
}
