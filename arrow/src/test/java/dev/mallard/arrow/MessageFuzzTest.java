package dev.mallard.arrow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.testing.LeakCheckedAllocator;
import dev.mallard.testing.RecordedStream;
import dev.mallard.testing.SampleBatch;
import dev.mallard.testing.SampleFields;
import dev.mallard.testing.VectorValues;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Valid messages of every type with some bytes changed: each is either refused with a proper error
 * or can be loaded, read value by value and cut.
 */
@NullUnmarked
class MessageFuzzTest {
  private static final int MUTANTS_PER_TYPE = 120;
  private static final CheckLimits LIMITS = new CheckLimits(10_000, 1 << 20, 4 << 20, 40_000);

  @RegisterExtension final LeakCheckedAllocator memory = new LeakCheckedAllocator(256 << 20);

  private int refused;
  private int accepted;

  /** A message as plain bytes. */
  private record Encoded(byte[] header, byte[] body) {
    static Encoded of(IpcMessage message) throws IOException {
      ByteBuffer header = message.header();
      byte[] headerBytes = new byte[header.remaining()];
      header.get(headerBytes);
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      message.body().writeTo(body);
      return new Encoded(headerBytes, body.toByteArray());
    }
  }

  @Test
  void aDamagedMessageIsRefusedOrHarmless() throws IOException {
    Random random = new Random(20261121);
    for (Field field : SampleFields.everyType().getFields()) {
      Schema schema = new Schema(List.of(field));
      List<List<Encoded>> originals = originals(schema);
      for (int i = 0; i < MUTANTS_PER_TYPE; i++) {
        List<Encoded> messages = new ArrayList<>(originals.get(random.nextInt(originals.size())));
        int which = random.nextInt(messages.size());
        messages.set(which, mutated(messages.get(which), random));
        run(schema, messages);
      }
    }
    assertThat(refused).isGreaterThan(2_000);
    assertThat(accepted).isGreaterThan(1_000);
  }

  @Test
  void aDamagedSchemaIsRefusedOrReadable() throws IOException {
    Random random = new Random(7);
    Encoded original;
    try (IpcMessage message = ArrowSchemas.message(SampleFields.everyType())) {
      original = Encoded.of(message);
    }
    for (int i = 0; i < 3_000; i++) {
      Encoded mutant = mutated(original, random);
      try {
        ArrowSchemas.message(ArrowSchemas.read(ByteBuffer.wrap(mutant.header))).close();
        accepted++;
      } catch (MallardException e) {
        assertThat(e.code()).isIn(ErrorCode.INVALID_ARGUMENT, ErrorCode.UNIMPLEMENTED);
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(200);
    assertThat(accepted).isGreaterThan(200);
  }

  /** The same rows plain, as LZ4 and as Zstandard. */
  private List<List<Encoded>> originals(Schema schema) throws IOException {
    List<List<Encoded>> originals =
        List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    try (SampleBatch sample = SampleBatch.of(schema, 70, 1, memory.get())) {
      for (IpcMessage message : RecordedStream.messages(sample)) {
        try (message;
            IpcMessage lz4 = BodyCodec.compress(message, Compression.LZ4_FRAME, memory.get());
            IpcMessage zstd = BodyCodec.compress(message, Compression.ZSTD, memory.get())) {
          originals.get(0).add(Encoded.of(message));
          originals.get(1).add(Encoded.of(lz4));
          originals.get(2).add(Encoded.of(zstd));
        }
      }
    }
    // Mostly the plain one, because there is more in it to go wrong.
    return List.of(originals.get(0), originals.get(0), originals.get(1), originals.get(2));
  }

  private static Encoded mutated(Encoded message, Random random) {
    byte[] header = message.header.clone();
    byte[] body = message.body.clone();
    switch (random.nextInt(8)) {
      case 0 -> header = Arrays.copyOf(header, random.nextInt(header.length));
      case 1 -> body = Arrays.copyOf(body, random.nextInt(body.length + 1));
      case 2, 3 -> flip(header, random);
      case 4 -> lie(header, random);
      case 5, 6 -> flip(body, random);
      default -> lie(body, random);
    }
    return new Encoded(header, body);
  }

  private static void flip(byte[] bytes, Random random) {
    for (int i = random.nextInt(3); i >= 0 && bytes.length > 0; i--) {
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    }
  }

  /** A number that somebody might trust. */
  private static void lie(byte[] bytes, Random random) {
    if (bytes.length < 8) {
      return;
    }
    long[] lies = {-1, 0, 1, 71, 1 << 20, Integer.MAX_VALUE, Integer.MIN_VALUE, Long.MAX_VALUE};
    long lie = lies[random.nextInt(lies.length)];
    ByteBuffer target = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int at = random.nextInt(bytes.length / 4 - 1) * 4;
    if (random.nextBoolean()) {
      target.putInt(at, (int) lie);
    } else {
      target.putLong(at, lie);
    }
  }

  private void run(Schema schema, List<Encoded> encoded) throws IOException {
    List<IpcMessage> messages = new ArrayList<>();
    try {
      check(schema, encoded, messages);
    } catch (MallardException e) {
      assertThat(e.code()).isIn(ErrorCode.INVALID_ARGUMENT, ErrorCode.RESOURCE_EXHAUSTED);
      refused++;
      messages.forEach(IpcMessage::close);
      return;
    }
    accepted++;
    try {
      List<List<Object>> rows = load(schema, messages);
      BatchStream cut = FittedStream.cut(new RecordedStream(schema, messages), 600, memory.get());
      assertThat(RecordedStream.rows(cut, memory.get())).isEqualTo(rows);
    } catch (RuntimeException e) {
      throw new AssertionError("accepted, but unreadable: " + schema, e);
    }
  }

  private void check(Schema schema, List<Encoded> encoded, List<IpcMessage> messages)
      throws IOException {
    MessageChecker checker = new MessageChecker(schema, memory.get(), LIMITS);
    for (Encoded one : encoded) {
      ArrowBuf body = memory.get().buffer(one.body.length);
      body.writeBytes(one.body);
      MemoryBody memoryBody = new MemoryBody(List.of(body));
      try {
        messages.add(new IpcMessage(ByteBuffer.wrap(one.header), memoryBody, null));
      } catch (IllegalArgumentException e) {
        memoryBody.close();
        throw MallardException.invalid(e.getMessage());
      }
      checker.check(messages.get(messages.size() - 1));
    }
  }

  private List<List<Object>> load(Schema schema, List<IpcMessage> messages) throws IOException {
    List<List<Object>> rows = new ArrayList<>();
    try (BatchLoader loader = new BatchLoader(schema, memory.get())) {
      for (IpcMessage message : messages) {
        if (loader.load(message) != null) {
          rows.addAll(VectorValues.rows(loader.root(), loader.dictionaries()));
        }
      }
    }
    return rows;
  }
}
