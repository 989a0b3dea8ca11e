package dev.mallard.parquet.internal.read;

/**
 * Where a page's levels lie.
 *
 * @param values the page with its values' place behind the levels
 */
record LevelSections(
    int repetitionFrom, int repetitionTo, int definitionFrom, int definitionTo, Page values) {

  static int bitWidth(int maxLevel) {
    return 32 - Integer.numberOfLeadingZeros(maxLevel);
  }

  static LevelSections of(Page page, int maxRepetition, int maxDefinition) {
    return page.repetitionLength() < 0
        ? version1(page, maxRepetition, maxDefinition)
        : version2(page);
  }

  /** Each kind of levels that the column has begins with its length. */
  private static LevelSections version1(Page page, int maxRepetition, int maxDefinition) {
    int at = page.levelFrom();
    int repetitionFrom = at;
    int repetitionTo = at;
    if (maxRepetition > 0) {
      repetitionFrom = at + 4;
      repetitionTo = repetitionFrom + lengthAt(page, at);
      at = repetitionTo;
    }
    int definitionFrom = at;
    int definitionTo = at;
    if (maxDefinition > 0) {
      definitionFrom = at + 4;
      definitionTo = definitionFrom + lengthAt(page, at);
      at = definitionTo;
    }
    return new LevelSections(
        repetitionFrom, repetitionTo, definitionFrom, definitionTo, withValuesAt(page, at));
  }

  private static Page withValuesAt(Page page, int from) {
    return new Page(
        page.values(),
        page.encoding(),
        page.levelBytes(),
        page.levelFrom(),
        page.levelTo(),
        page.repetitionLength(),
        page.definitionLength(),
        page.valueBytes(),
        from,
        page.valueTo());
  }

  private static int lengthAt(Page page, int at) {
    int left = page.levelTo() - at;
    int length = left < 4 ? -1 : Bytes.getInt(page.levelBytes(), at);
    if (length < 0 || length > left - 4) {
      throw new CorruptPageException("levels of " + length + " bytes in a page of " + left);
    }
    return length;
  }

  private static LevelSections version2(Page page) {
    int repetitionTo = page.levelFrom() + page.repetitionLength();
    int definitionTo = repetitionTo + page.definitionLength();
    return new LevelSections(page.levelFrom(), repetitionTo, repetitionTo, definitionTo, page);
  }
}
