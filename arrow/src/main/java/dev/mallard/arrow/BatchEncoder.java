package dev.mallard.arrow;

import dev.mallard.error.Closer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.DictionaryUtility;
import org.jspecify.annotations.Nullable;

/**
 * Encodes vectors as IPC messages without copying them: the messages hold the vectors' buffers,
 * which stay alive until both are closed. The vectors must not be written to in the meantime.
 * Stateless.
 */
public final class BatchEncoder {
  private BatchEncoder() {}

  /** The schema in message form of a root in memory form. */
  public static Schema messageSchema(Schema memoryForm, DictionaryProvider dictionaries) {
    List<Field> fields = new ArrayList<>(memoryForm.getFields().size());
    Set<Long> used = new TreeSet<>();
    for (Field field : memoryForm.getFields()) {
      fields.add(DictionaryUtility.toMessageFormat(field, dictionaries, used));
    }
    return new Schema(fields, memoryForm.getCustomMetadata());
  }

  /** The root's rows as a record batch; the caller closes it. */
  public static IpcMessage encode(VectorSchemaRoot root) {
    return encode(root, null);
  }

  /**
   * The dictionaries that {@code fields} (in memory form) refer to, whole, those that others need
   * first. The caller closes the messages.
   */
  public static List<IpcMessage> encodeDictionaries(
      Schema memoryForm, DictionaryProvider dictionaries) {
    Set<Long> ids = new LinkedHashSet<>();
    collectIds(memoryForm.getFields(), dictionaries, ids);
    List<IpcMessage> messages = new ArrayList<>(ids.size());
    try (Closer onFailure = new Closer()) {
      for (long id : ids) {
        messages.add(onFailure.add(encodeDictionary(dictionaries.lookup(id), false)));
      }
      onFailure.release();
      return messages;
    }
  }

  /** One dictionary batch; the caller closes it. */
  public static IpcMessage encodeDictionary(Dictionary dictionary, boolean delta) {
    FieldVector values = dictionary.getVector();
    // Not closed: it would close the dictionary's own vector.
    VectorSchemaRoot root =
        new VectorSchemaRoot(List.of(values.getField()), List.of(values), values.getValueCount());
    return encode(root, new BatchHeader.DictionaryPart(dictionary.getEncoding().getId(), delta));
  }

  private static IpcMessage encode(
      VectorSchemaRoot root, BatchHeader.@Nullable DictionaryPart dictionary) {
    try (ArrowRecordBatch batch = new VectorUnloader(root).getRecordBatch();
        MessageBuilder builder = new MessageBuilder()) {
      for (ArrowFieldNode node : batch.getNodes()) {
        builder.node(node.getLength(), node.getNullCount());
      }
      for (ArrowBuf buffer : batch.getBuffers()) {
        buffer.getReferenceManager().retain();
        builder.buffer(buffer);
      }
      if (batch.getVariadicBufferCounts() != null) {
        batch.getVariadicBufferCounts().forEach(builder::variadicCount);
      }
      return builder.build(dictionary, root.getRowCount());
    }
  }

  private static void collectIds(
      List<Field> fields, DictionaryProvider dictionaries, Set<Long> ids) {
    for (Field field : fields) {
      if (field.getDictionary() == null) {
        collectIds(field.getChildren(), dictionaries, ids);
        continue;
      }
      long id = field.getDictionary().getId();
      Dictionary dictionary = dictionaries.lookup(id);
      if (dictionary == null) {
        throw new IllegalArgumentException("no dictionary of id " + id);
      }
      collectIds(List.of(dictionary.getVector().getField()), dictionaries, ids);
      ids.add(id);
    }
  }
}
