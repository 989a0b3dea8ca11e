package dev.mallard.generate;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A list of words, ready to be copied into text columns. Immutable. */
final class Words {
  private final byte[][] words;

  private Words(byte[][] words) {
    this.words = words;
  }

  /** Separated by commas. */
  static Words of(String list) {
    return new Words(
        Arrays.stream(list.split(","))
            .map(word -> word.strip().getBytes(StandardCharsets.UTF_8))
            .toArray(byte[][]::new));
  }

  int size() {
    return words.length;
  }

  void put(int index, TextWriter out) {
    out.put(words[index]);
  }

  /** The one that the upper half of {@code bits} picks. */
  void pick(long bits, TextWriter out) {
    out.put(words[RandomLane.reduce(bits, words.length)]);
  }
}
