package dev.mallard.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.error.MallardException;
import dev.mallard.testing.LeakCheckedAllocator;
import dev.mallard.testing.SampleFields;
import dev.mallard.testing.VectorValues;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@NullUnmarked
class DictionaryUnifierTest {
  private static final Schema SCHEMA =
      new Schema(
          List.of(
              SampleFields.dictionary(
                  "color", 1, new ArrowType.Int(8, true), ArrowType.Utf8.INSTANCE)));

  @RegisterExtension final LeakCheckedAllocator memory = new LeakCheckedAllocator();

  /** What was written, as the kind of message and the rows it stands for. */
  private final List<String> written = new ArrayList<>();

  @Test
  void theFirstDictionaryAndItsDeltasPass() throws IOException {
    unify(dictionary(false, "red", "green"), rows(0, 1, null), dictionary(true, "blue"), rows(2));

    assertThat(written)
        .containsExactly("dictionary of 2", "[[red], [green], [null]]", "delta of 1", "[[blue]]");
  }

  @Test
  void aDictionaryThatIsSentAgainIsDropped() throws IOException {
    unify(dictionary(false, "red", "green"), rows(1), dictionary(false, "red", "green"), rows(0));

    assertThat(written).containsExactly("dictionary of 2", "[[green]]", "[[red]]");
  }

  @Test
  void aLongerDictionaryBecomesADelta() throws IOException {
    unify(dictionary(false, "red"), rows(0), dictionary(false, "red", "green", "blue"), rows(2, 1));

    assertThat(written)
        .containsExactly("dictionary of 1", "[[red]]", "delta of 2", "[[blue], [green]]");
  }

  @Test
  void anotherDictionaryBecomesADeltaOfWhatIsMissingAndIndicesAreChanged() throws IOException {
    unify(
        dictionary(false, "red", "green"),
        rows(0, 1),
        dictionary(false, "blue", "red", "black"),
        rows(0, 1, null, 2),
        dictionary(true, "green", "white"),
        rows(3, 4, 0));

    assertThat(written)
        .containsExactly(
            "dictionary of 2",
            "[[red], [green]]",
            "delta of 2",
            "[[blue], [red], [null], [black]]",
            "delta of 1",
            "[[green], [white], [blue]]");
  }

  @Test
  void goingBackToTheFirstDictionaryNeedsNothing() throws IOException {
    unify(
        dictionary(false, "red", "green"),
        dictionary(false, "green", "red"),
        rows(0),
        dictionary(false, "red"),
        rows(0));

    assertThat(written).containsExactly("dictionary of 2", "[[green]]", "[[red]]");
  }

  @Test
  void indicesThatBecomeTooLargeForTheirTypeAreRefusedWithAHint() {
    String[] first = new String[100];
    String[] second = new String[100];
    for (int i = 0; i < 100; i++) {
      first[i] = "a" + i;
      second[i] = "b" + i;
    }
    assertThatThrownBy(() -> unify(dictionary(false, first), dictionary(false, second), rows(99)))
        .isInstanceOf(MallardException.class)
        .hasMessageContaining("column 'color'")
        .hasMessageContaining("use a wider index type");
  }

  @Test
  void partsOfADictionaryAreJoinedToOne() throws IOException {
    List<IpcMessage> parts =
        List.of(dictionary(false, "red"), dictionary(true, "green", "blue"), dictionary(true, "x"));
    try (BatchLoader loader = new BatchLoader(SCHEMA, memory.get());
        IpcMessage rows = rows(0, 1, 2, 3)) {
      List<IpcMessage> whole = Dictionaries.concatenate(parts, SCHEMA, memory.get());
      assertThat(whole).hasSize(1);
      loader.load(whole.get(0));
      whole.get(0).close();
      loader.load(rows);
      assertThat(VectorValues.rows(loader.root(), loader.dictionaries()))
          .hasToString("[[red], [green], [blue], [x]]");
    } finally {
      parts.forEach(IpcMessage::close);
    }
  }

  @Test
  void aDictionaryOutlivesTheFileThatItIsIn(@TempDir Path folder) throws IOException {
    try (DictionaryUnifier unifier = new DictionaryUnifier(SCHEMA, memory.get())) {
      try (FileChannel file =
          FileChannel.open(
              folder.resolve("body"),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE)) {
        IpcMessage inFile;
        try (IpcMessage message = dictionary(false, "red")) {
          message.body().writeTo(file);
          FileBody body = new FileBody(file, 0, message.body().length());
          inFile = new IpcMessage(message.header(), body, null);
        }
        unifier.accept(inFile).close();
      }

      try (IpcMessage rest = unifier.accept(dictionary(false, "red", "green"))) {
        assertThat(BatchHeader.read(rest).rows()).isEqualTo(1);
      }
    }
  }

  private void unify(IpcMessage... messages) throws IOException {
    int next = 0;
    try (DictionaryUnifier unifier = new DictionaryUnifier(SCHEMA, memory.get());
        BatchLoader loader = new BatchLoader(SCHEMA, memory.get())) {
      MessageChecker checker = new MessageChecker(SCHEMA, memory.get(), CheckLimits.DEFAULT);
      while (next < messages.length) {
        try (IpcMessage result = unifier.accept(messages[next++])) {
          if (result == null) {
            continue;
          }
          checker.check(result);
          if (loader.load(result) != null) {
            written.add(VectorValues.rows(loader.root(), loader.dictionaries()).toString());
          } else {
            BatchHeader header = BatchHeader.read(result);
            written.add(
                (header.dictionary().delta() ? "delta of " : "dictionary of ") + header.rows());
          }
        }
      }
    } finally {
      while (next < messages.length) {
        messages[next++].close();
      }
    }
  }

  private IpcMessage dictionary(boolean delta, String... values) {
    try (VarCharVector vector = new VarCharVector("values", memory.get())) {
      vector.allocateNew();
      for (int i = 0; i < values.length; i++) {
        vector.setSafe(i, values[i].getBytes(StandardCharsets.UTF_8));
      }
      vector.setValueCount(values.length);
      return BatchEncoder.encodeDictionary(
          new Dictionary(vector, SCHEMA.getFields().get(0).getDictionary()), delta);
    }
  }

  private IpcMessage rows(Integer... indices) {
    try (VectorSchemaRoot root =
        VectorSchemaRoot.create(ArrowSchemas.toMemoryForm(SCHEMA), memory.get())) {
      TinyIntVector vector = (TinyIntVector) root.getVector(0);
      vector.allocateNew(indices.length);
      for (int i = 0; i < indices.length; i++) {
        if (indices[i] != null) {
          vector.set(i, indices[i]);
        }
      }
      root.setRowCount(indices.length);
      return BatchEncoder.encode(root);
    }
  }
}
