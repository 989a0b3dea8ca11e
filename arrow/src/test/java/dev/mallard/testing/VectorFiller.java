package dev.mallard.testing;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseLargeVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthViewVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.ExtensionTypeVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.complex.DenseUnionVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.LargeListViewVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.ListViewVector;
import org.apache.arrow.vector.complex.RunEndEncodedVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.complex.UnionVector;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Fills vectors with small pseudo-random values, nulls among them where the field allows. */
final class VectorFiller {
  private static final int NULL_ONE_IN = 5;
  private static final int MAX_LIST = 4;

  private final RandomGenerator random;
  private final int dictionarySize;

  VectorFiller(Random random, int dictionarySize) {
    this.random = random;
    this.dictionarySize = dictionarySize;
  }

  void fill(FieldVector vector, int count) {
    if (vector instanceof ExtensionTypeVector<?> extension) {
      fill((FieldVector) extension.getUnderlyingVector(), count);
    } else if (vector instanceof NullVector) {
      vector.setValueCount(count);
    } else if (vector instanceof BitVector bits) {
      fillBits(bits, count);
    } else if (vector instanceof BaseFixedWidthVector fixed) {
      fillFixed(fixed, count);
    } else if (vector instanceof BaseVariableWidthVector
        || vector instanceof BaseLargeVariableWidthVector
        || vector instanceof BaseVariableWidthViewVector) {
      fillVariable(vector, count);
    } else {
      fillNested(vector, count);
    }
  }

  private void fillNested(FieldVector vector, int count) {
    if (vector instanceof ListVector list) {
      fillList(list, count);
    } else if (vector instanceof LargeListVector list) {
      fillLargeList(list, count);
    } else if (vector instanceof ListViewVector || vector instanceof LargeListViewVector) {
      fillListView(vector, count);
    } else if (vector instanceof FixedSizeListVector list) {
      fillFixedSizeList(list, count);
    } else if (vector instanceof StructVector struct) {
      fillStruct(struct, count);
    } else if (vector instanceof UnionVector union) {
      fillSparseUnion(union, count);
    } else if (vector instanceof DenseUnionVector union) {
      fillDenseUnion(union, count);
    } else if (vector instanceof RunEndEncodedVector runs) {
      fillRuns(runs, count);
    } else {
      throw new IllegalArgumentException("no sample values for " + vector.getClass());
    }
  }

  private boolean isNull(FieldVector vector) {
    return vector.getField().isNullable() && random.nextInt(NULL_ONE_IN) == 0;
  }

  private void fillBits(BitVector bits, int count) {
    bits.allocateNew(count);
    for (int i = 0; i < count; i++) {
      if (isNull(bits)) {
        bits.setNull(i);
      } else {
        bits.set(i, random.nextInt(2));
      }
    }
    bits.setValueCount(count);
  }

  private void fillFixed(BaseFixedWidthVector vector, int count) {
    vector.allocateNew(count);
    int width = vector.getTypeWidth();
    ArrowBuf data = vector.getDataBuffer();
    for (int i = 0; i < count; i++) {
      if (isNull(vector)) {
        vector.setNull(i);
        continue;
      }
      BitVectorHelper.setBit(vector.getValidityBuffer(), i);
      if (vector.getField().getDictionary() != null) {
        data.setByte((long) i * width, random.nextInt(dictionarySize));
        continue;
      }
      if (vector instanceof DateMilliVector) {
        data.setLong(8L * i, random.nextInt(30_000) * 86_400_000L);
        continue;
      }
      // Small values: those that every type can show (dates, times, decimals).
      int value = random.nextInt(width == 1 ? 100 : 30_000);
      for (int b = 0; b < width; b++) {
        data.setByte((long) i * width + b, b < 2 ? value >>> (8 * b) : 0);
      }
    }
    vector.setValueCount(count);
  }

  private void fillVariable(FieldVector vector, int count) {
    vector.allocateNew();
    for (int i = 0; i < count; i++) {
      byte[] value = value(vector.getField().getType());
      boolean present = !isNull(vector);
      if (vector instanceof BaseVariableWidthVector small) {
        if (present) {
          small.setSafe(i, value);
        } else {
          small.setNull(i);
        }
      } else if (vector instanceof BaseLargeVariableWidthVector large) {
        if (present) {
          large.setSafe(i, value);
        } else {
          large.setNull(i);
        }
      } else if (vector instanceof BaseVariableWidthViewVector view) {
        if (present) {
          view.setSafe(i, value);
        } else {
          view.setNull(i);
        }
      }
    }
    vector.setValueCount(count);
  }

  private byte[] value(ArrowType type) {
    boolean text =
        type instanceof ArrowType.Utf8
            || type instanceof ArrowType.LargeUtf8
            || type instanceof ArrowType.Utf8View;
    if (!text) {
      byte[] bytes = new byte[random.nextInt(30)];
      random.nextBytes(bytes);
      return bytes;
    }
    String value = Integer.toString(random.nextInt(1000));
    String chosen =
        switch (random.nextInt(4)) {
          case 0 -> "";
          case 1 -> value;
          case 2 -> "Zürich 🦆 " + value;
          default -> "a text of more than twelve bytes " + value;
        };
    return chosen.getBytes(StandardCharsets.UTF_8);
  }

  private void fillList(ListVector list, int count) {
    list.allocateNew();
    int total = 0;
    for (int i = 0; i < count; i++) {
      if (isNull(list)) {
        list.setNull(i);
        continue;
      }
      int size = random.nextInt(MAX_LIST);
      list.startNewValue(i);
      list.endValue(i, size);
      total += size;
    }
    // The list sets its child's count too, so the child's own comes last.
    list.setValueCount(count);
    fill(list.getDataVector(), total);
  }

  private void fillLargeList(LargeListVector list, int count) {
    list.allocateNew();
    int total = 0;
    for (int i = 0; i < count; i++) {
      if (isNull(list)) {
        list.setNull(i);
        continue;
      }
      int size = random.nextInt(MAX_LIST);
      list.startNewValue(i);
      list.endValue(i, size);
      total += size;
    }
    list.setValueCount(count);
    fill(list.getDataVector(), total);
  }

  /** Lists that overlap and stand in any order, as only views may. */
  private void fillListView(FieldVector list, int count) {
    list.allocateNew();
    int total = count == 0 ? 0 : 2 * count + MAX_LIST;
    boolean large = list instanceof LargeListViewVector;
    int width = large ? 8 : 4;
    list.setValueCount(0);
    ArrowBuf validity;
    ArrowBuf offsets;
    ArrowBuf sizes;
    if (large) {
      LargeListViewVector view = (LargeListViewVector) list;
      if (count > 0) {
        // Makes room for all rows; startNewValue would look at all rows before each time.
        view.setNull(count - 1);
      }
      fill(view.getDataVector(), total);
      validity = view.getValidityBuffer();
      offsets = view.getOffsetBuffer();
      sizes = view.getSizeBuffer();
      setViews(list, count, total, width, validity, offsets, sizes);
    } else {
      ListViewVector view = (ListViewVector) list;
      if (count > 0) {
        // Makes room for all rows; startNewValue would look at all rows before each time.
        view.setNull(count - 1);
      }
      fill(view.getDataVector(), total);
      validity = view.getValidityBuffer();
      offsets = view.getOffsetBuffer();
      sizes = view.getSizeBuffer();
      setViews(list, count, total, width, validity, offsets, sizes);
    }
    list.setValueCount(count);
  }

  private void setViews(
      FieldVector list,
      int count,
      int total,
      int width,
      ArrowBuf validity,
      ArrowBuf offsets,
      ArrowBuf sizes) {
    for (int i = 0; i < count; i++) {
      boolean absent = isNull(list);
      // The last row makes use of the end, because the vector cuts its child there.
      int size = absent ? 0 : i == count - 1 ? MAX_LIST : random.nextInt(MAX_LIST);
      int offset = i == count - 1 && !absent ? total - size : random.nextInt(total - size + 1);
      BitVectorHelper.setValidityBit(validity, i, absent ? 0 : 1);
      if (width == 8) {
        offsets.setLong(8L * i, offset);
        sizes.setLong(8L * i, size);
      } else {
        offsets.setInt(4L * i, offset);
        sizes.setInt(4L * i, size);
      }
    }
  }

  private void fillFixedSizeList(FixedSizeListVector list, int count) {
    list.setInitialCapacity(count);
    list.allocateNew();
    for (int i = 0; i < count; i++) {
      if (isNull(list)) {
        list.setNull(i);
      } else {
        list.setNotNull(i);
      }
    }
    list.setValueCount(count);
    fill(list.getDataVector(), count * list.getListSize());
  }

  private void fillStruct(StructVector struct, int count) {
    struct.setInitialCapacity(count);
    struct.allocateNew();
    for (int i = 0; i < count; i++) {
      if (isNull(struct)) {
        struct.setNull(i);
      } else {
        struct.setIndexDefined(i);
      }
    }
    struct.setValueCount(count);
    struct.getChildrenFromFields().forEach(child -> fill(child, count));
  }

  private void fillSparseUnion(UnionVector union, int count) {
    union.allocateNew();
    union.setValueCount(count);
    // The vector itself writes minor type ordinals, whatever its field says.
    int[] ids = {3, 9};
    for (int i = 0; i < count; i++) {
      union.getTypeBuffer().setByte(i, ids[random.nextInt(ids.length)]);
    }
    union.getChildrenFromFields().forEach(child -> fill(child, count));
  }

  private void fillDenseUnion(DenseUnionVector union, int count) {
    union.allocateNew();
    for (int i = 0; i < count; i++) {
      union.setTypeId(i, (byte) random.nextInt(2));
    }
    union.setValueCount(count);
    int[] counts = new int[2];
    for (int i = 0; i < count; i++) {
      union.getOffsetBuffer().setInt(4L * i, counts[union.getTypeId(i)]++);
    }
    for (int id = 0; id < 2; id++) {
      fill(union.getChildrenFromFields().get(id), counts[id]);
    }
  }

  private void fillRuns(RunEndEncodedVector runs, int count) {
    FieldVector ends = runs.getChildrenFromFields().get(0);
    BaseFixedWidthVector fixed = (BaseFixedWidthVector) ends;
    fixed.allocateNew(count);
    int physical = 0;
    for (int end = 0; end < count; ) {
      end = Math.min(count, end + 1 + random.nextInt(3));
      long at = (long) physical * fixed.getTypeWidth();
      fixed.getDataBuffer().setZero(at, fixed.getTypeWidth());
      fixed.getDataBuffer().setShort(at, end);
      BitVectorHelper.setBit(fixed.getValidityBuffer(), physical++);
    }
    fixed.setValueCount(physical);
    fill(runs.getChildrenFromFields().get(1), physical);
    runs.setValueCount(count);
  }
}
