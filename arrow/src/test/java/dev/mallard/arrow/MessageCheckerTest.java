package dev.mallard.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.testing.LeakCheckedAllocator;
import dev.mallard.testing.RecordedStream;
import dev.mallard.testing.SampleBatch;
import dev.mallard.testing.SampleFields;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@NullUnmarked
class MessageCheckerTest {
  private static final Field INT32 = SampleFields.nullable("item", new ArrowType.Int(32, true));

  @RegisterExtension final LeakCheckedAllocator memory = new LeakCheckedAllocator();

  @Test
  void validMessagesOfEveryTypePass() throws IOException {
    for (int rows : new int[] {0, 1, 64, 1_000}) {
      try (SampleBatch sample = SampleBatch.of(SampleFields.everyType(), rows, 9, memory.get())) {
        MessageChecker checker = checker(sample.schema());
        for (IpcMessage message : RecordedStream.messages(sample)) {
          try (message) {
            checker.check(message);
          }
        }
      }
    }
  }

  @Test
  void anOffsetThatGoesBackIsNamedWithItsRow() {
    refused(
        "column 'name': offset 7 at row 3 is smaller than the one before it",
        name(),
        text("abcdefghijkl", 0, 3, 8, 7, 12));
  }

  @Test
  void offsetsBeyondTheDataAreRefused() {
    refused("offset 13 is beyond the 12 bytes", name(), text("abcdefghijkl", 0, 3, 13));
    refused("offset -1 at row 0 is negative", name(), text("abcdefghijkl", -1, 3, 12));
  }

  @Test
  void textThatIsNotUtf8IsNamedWithItsRow() {
    refused(
        "column 'name': the text at row 1 is not UTF-8; send it as binary",
        name(),
        message(2, b -> variable(b, new byte[] {'a', (byte) 0xC3, 'x'}, 0, 1, 3)));
    // The bytes as a whole are well-formed, but a row ends within a character.
    refused("row 0 is not UTF-8", name(), message(2, b -> variable(b, utf8("ü"), 0, 1, 2)));
    refused(
        "row 0 is not UTF-8",
        name(),
        message(1, b -> variable(b, new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80}, 0, 3)));
  }

  @Test
  void wellFormedTextPasses() {
    String text = "Zürich 🦆 is a text with more than eight bytes, some of them not ASCII";
    accepted(name(), message(1, b -> variable(b, utf8(text), 0, utf8(text).length)));
  }

  @Test
  void nullsMustBeAsManyAsDeclared() {
    Field field = SampleFields.nullable("n", new ArrowType.Int(32, true));
    refused("column 'n': 2 nulls are declared, but there are 1", field, ints(2, 0b1011, 4));
    refused("1 nulls are declared, but there is no bitmap", field, ints(1, -1, 4));
    refused("null count: 5 (expected: 0 to 4)", field, ints(5, 0b1011, 4));
    accepted(field, ints(1, 0b1011, 4));
    accepted(field, ints(-1, 0b1011, 4));
  }

  @Test
  void nullsInAColumnThatHasNoneAreRefused() {
    refused(
        "column 'n': it has 1 nulls, but its schema says that it has none",
        SampleFields.required("n", new ArrowType.Int(32, true)),
        ints(1, 0b1011, 4));
  }

  @Test
  void buffersThatAreTooShortOrOutsideAreRefused() {
    Field field = SampleFields.nullable("n", new ArrowType.Int(64, true));
    refused("the data has 16 bytes; 4 rows need 32", field, ints(0, -1, 4));
    IpcMessage whole = ints(0, -1, 4);
    BatchHeader header = BatchHeader.read(whole);
    header.buffers()[3] = 1_000;
    refused(
        "buffer 1 (offset 0, length 1000) is not within the 16 bytes",
        INT32,
        new IpcMessage(header.encode(), ((MemoryBody) whole.body()).share(), null));
    whole.close();
  }

  @Test
  void aBodyOfAnotherLengthThanDeclaredIsRefused() {
    IpcMessage whole = ints(0, -1, 4);
    refused(
        "a body of 16 bytes is declared, but it has 0",
        INT32,
        new IpcMessage(whole.header(), MessageBody.EMPTY, null));
    whole.close();
  }

  @Test
  void unionIdsAndOffsetsMustLeadToAValue() {
    Field union =
        SampleFields.nullable(
            "u", new ArrowType.Union(UnionMode.Dense, new int[] {2, 5}), INT32, INT32);
    refused("column 'u': type id 3 at row 1 is not one of the union's", union, union(2, 3, 0));
    refused("offset 1 at row 1 is not within the 1 values of type id 5", union, union(2, 5, 1));
    accepted(union, union(2, 5, 0));
  }

  @Test
  void runEndsMustAscendToTheLastRow() {
    Field runs =
        SampleFields.required(
            "r",
            ArrowType.RunEndEncoded.INSTANCE,
            SampleFields.required("run_ends", new ArrowType.Int(32, true)),
            INT32);
    refused("run end 0 at run 0 is not above 0", runs, runs(4, 0, 4));
    refused("run end 2 at run 1 is not above the one before it", runs, runs(4, 2, 2, 4));
    refused("the last run ends at 3, before the 4 rows do", runs, runs(4, 1, 3));
    accepted(runs, runs(4, 1, 4));
  }

  @Test
  void listsMustBeWithinTheirValues() {
    Field list = SampleFields.nullable("l", ArrowType.List.INSTANCE, INT32);
    refused("offset 5 is beyond the 4 values", list, list(4, 0, 2, 5));
    accepted(list, list(4, 0, 2, 4));
  }

  @Test
  void viewsMustBeWithinTheirDataAndStartWithTheirPrefix() {
    Field view = SampleFields.nullable("v", ArrowType.Utf8View.INSTANCE);
    accepted(view, view(13, "quac", 0, 3));
    refused("is in data buffer 1 of 1", view, view(13, "quac", 1, 3));
    refused("(offset 8, length 13) is not within the 20 bytes", view, view(13, "quac", 0, 8));
    refused("a prefix that its data does not have", view, view(13, "quax", 0, 3));
    refused("has the length -1", view, view(-1, "quac", 0, 3));
  }

  @Test
  void indicesMustBeInTheDictionaryThatCameBefore() throws IOException {
    Field field =
        SampleFields.dictionary("color", 4, new ArrowType.Int(32, true), ArrowType.Utf8.INSTANCE);
    refused("column 'color': its dictionary 4 has not been sent", field, ints(0, -1, 3));

    MessageChecker checker = checker(new Schema(List.of(field)));
    check(checker, dictionary(4, false, 2));
    assertThatThrownBy(() -> check(checker, ints(0, -1, 3)))
        .hasMessage("column 'color': index 2 at row 2 is not in the dictionary of 2 values");
    check(checker, ints(1, 0b011, 3));
    check(checker, dictionary(4, true, 1));
    check(checker, ints(0, -1, 3));
    assertThatThrownBy(() -> check(checker, dictionary(5, false, 1)))
        .hasMessageContaining("no column has a dictionary of id 5");
  }

  @Test
  void aDeltaBeforeItsDictionaryIsRefused() {
    Field field =
        SampleFields.dictionary("color", 4, new ArrowType.Int(32, true), ArrowType.Utf8.INSTANCE);
    refused("a delta was sent before the dictionary itself", field, dictionary(4, true, 1));
  }

  @Test
  void tooManyRowsAreRefused() {
    MessageChecker checker =
        new MessageChecker(
            new Schema(List.of(INT32)), memory.get(), new CheckLimits(3, 1 << 20, 1 << 20, 100));
    assertThatThrownBy(() -> check(checker, ints(0, -1, 4)))
        .isInstanceOfSatisfying(
            MallardException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED));
  }

  @Test
  void missingAndSurplusBuffersAreRefused() {
    refused("fewer than the schema needs", name(), ints(0, -1, 4));
    refused("more than the schema needs", INT32, text("abc", 0, 3));
  }

  private static Field name() {
    return SampleFields.nullable("name", ArrowType.Utf8.INSTANCE);
  }

  private void refused(String message, Field field, IpcMessage batch) {
    assertThatThrownBy(() -> check(checker(new Schema(List.of(field))), batch))
        .isInstanceOfSatisfying(
            MallardException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .hasMessageContaining(message);
  }

  private void accepted(Field field, IpcMessage batch) {
    assertThatCode(() -> check(checker(new Schema(List.of(field))), batch))
        .doesNotThrowAnyException();
  }

  private MessageChecker checker(Schema schema) {
    return new MessageChecker(schema, memory.get(), CheckLimits.DEFAULT);
  }

  private static void check(MessageChecker checker, IpcMessage message) throws IOException {
    try (message) {
      checker.check(message);
    }
  }

  private IpcMessage message(long rows, Consumer<MessageBuilder> content) {
    return message(null, rows, content);
  }

  private IpcMessage message(
      BatchHeader.DictionaryPart dictionary, long rows, Consumer<MessageBuilder> content) {
    try (MessageBuilder builder = new MessageBuilder()) {
      content.accept(builder);
      return builder.build(dictionary, rows);
    }
  }

  private IpcMessage text(String data, int... offsets) {
    return message(offsets.length - 1, b -> variable(b, utf8(data), offsets));
  }

  private IpcMessage dictionary(long id, boolean delta, int values) {
    return message(
        new BatchHeader.DictionaryPart(id, delta),
        values,
        b -> variable(b, utf8("abc"), java.util.stream.IntStream.rangeClosed(0, values).toArray()));
  }

  private void variable(MessageBuilder builder, byte[] data, int... offsets) {
    builder.node(offsets.length - 1, 0);
    builder.buffer(memory.get().getEmpty());
    builder.buffer(intBuffer(offsets));
    builder.buffer(bytes(data));
  }

  /** Numbers 0, 1 …; a bitmap of −1 stands for none. */
  private IpcMessage ints(long nulls, int bitmap, int rows) {
    return message(rows, b -> ints(b, nulls, bitmap, rows));
  }

  private void ints(MessageBuilder builder, long nulls, int bitmap, int rows) {
    builder.node(rows, nulls);
    builder.buffer(bitmap == -1 ? memory.get().getEmpty() : bytes((byte) bitmap));
    builder.buffer(intBuffer(java.util.stream.IntStream.range(0, rows).toArray()));
  }

  private IpcMessage union(int firstType, int secondType, int secondOffset) {
    return message(
        2,
        b -> {
          b.node(2, 0);
          b.buffer(bytes((byte) firstType, (byte) secondType));
          b.buffer(intBuffer(0, secondOffset));
          ints(b, 0, -1, 1);
          ints(b, 0, -1, 1);
        });
  }

  private IpcMessage runs(int rows, int... ends) {
    return message(
        rows,
        b -> {
          b.node(rows, 0);
          b.node(ends.length, 0);
          b.buffer(memory.get().getEmpty());
          b.buffer(intBuffer(ends));
          ints(b, 0, -1, ends.length);
        });
  }

  private IpcMessage list(int values, int... offsets) {
    return message(
        offsets.length - 1,
        b -> {
          b.node(offsets.length - 1, 0);
          b.buffer(memory.get().getEmpty());
          b.buffer(intBuffer(offsets));
          ints(b, 0, -1, values);
        });
  }

  private IpcMessage view(int length, String prefix, int buffer, int offset) {
    return message(
        1,
        b -> {
          b.node(1, 0);
          b.buffer(memory.get().getEmpty());
          ArrowBuf view = intBuffer(length, 0, buffer, offset);
          view.setBytes(4, utf8(prefix));
          b.buffer(view);
          b.buffer(bytes(utf8("-- quack quack quack")));
          b.variadicCount(1);
        });
  }

  private ArrowBuf intBuffer(int... values) {
    ArrowBuf buffer = memory.get().buffer(Math.max(1, 4L * values.length));
    for (int value : values) {
      buffer.writeInt(value);
    }
    return buffer;
  }

  private ArrowBuf bytes(byte... values) {
    ArrowBuf buffer = memory.get().buffer(Math.max(1, values.length));
    buffer.writeBytes(values);
    return buffer;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
