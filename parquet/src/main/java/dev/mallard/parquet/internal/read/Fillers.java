package dev.mallard.parquet.internal.read;

/**
 * Slots that a field has where Parquet has no entry: a null fixed-size list has no elements in
 * Parquet, but in Arrow it takes as many slots as any other. How many follows from the definition
 * level, which says at which list the entry stopped.
 */
final class Fillers {
  static final Fillers NONE = new Fillers(new int[0]);

  private final int[] slots;

  private Fillers(int[] slots) {
    this.slots = slots;
  }

  /**
   * @param definition below the level at which the field exists
   */
  int at(int definition) {
    return definition < slots.length ? slots[definition] : 0;
  }

  boolean isNone() {
    return slots.length == 0;
  }

  /**
   * Of the elements of a list whose own fillers these are.
   *
   * @param listExistsAt definition level at which the list is a slot
   * @param elementExistsAt definition level at which it has an element
   * @param listSize of a fixed-size list; −1 for others, whose empty slots have no elements
   */
  Fillers ofElements(int listExistsAt, int elementExistsAt, int listSize) {
    if (listSize < 0) {
      return NONE;
    }
    int[] result = new int[elementExistsAt];
    for (int i = 0; i < elementExistsAt; i++) {
      long slotsOfList = i < listExistsAt ? at(i) : 1;
      result[i] = (int) Math.min(Integer.MAX_VALUE, slotsOfList * listSize);
    }
    return new Fillers(result);
  }
}
