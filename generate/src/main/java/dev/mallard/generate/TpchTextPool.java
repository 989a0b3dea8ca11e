package dev.mallard.generate;

import static dev.mallard.generate.TpchVocabulary.ADJECTIVES;
import static dev.mallard.generate.TpchVocabulary.ADVERBS;
import static dev.mallard.generate.TpchVocabulary.AUXILIARIES;
import static dev.mallard.generate.TpchVocabulary.NOUNS;
import static dev.mallard.generate.TpchVocabulary.PREPOSITIONS;
import static dev.mallard.generate.TpchVocabulary.TERMINATORS;
import static dev.mallard.generate.TpchVocabulary.VERBS;

/**
 * Text of the specification's grammar (TPC-H, clause 4.2.2.14), from which comments are cut as its
 * own generator does. The pool is smaller than that one's 300 MB. Immutable.
 */
final class TpchTextPool {
  private static final int BYTES = 1 << 22;

  private final RandomLane lane;
  private final TextWriter text = new TextWriter(BYTES + 1024);
  private long place;

  TpchTextPool(long seed) {
    lane = new RandomLane(seed, "text pool");
    while (text.length() < BYTES) {
      sentence();
    }
  }

  /** A comment; both ends of its length are included. */
  void comment(long bits, int minLength, int maxLength, TextWriter out) {
    int length = minLength + RandomLane.reduce(bits, maxLength - minLength + 1);
    int start = RandomLane.reduce(RandomLane.more(bits), BYTES - maxLength);
    out.put(text.array(), start, length);
  }

  private int pick(int bound) {
    return lane.below(place++, bound);
  }

  private void word(Words words) {
    words.pick(lane.bits(place++), text);
  }

  private void next(Words words) {
    text.put(' ');
    word(words);
  }

  private void sentence() {
    int form = pick(5);
    nounPhrase();
    if (form >= 3) {
      text.put(' ');
      prepositionalPhrase();
    }
    text.put(' ');
    verbPhrase();
    if (form == 1 || form == 4) {
      text.put(' ');
      prepositionalPhrase();
    } else if (form == 2 || form == 3) {
      text.put(' ');
      nounPhrase();
    }
    word(TERMINATORS);
    text.put(' ');
  }

  private void nounPhrase() {
    switch (pick(4)) {
      case 0 -> word(NOUNS);
      case 1 -> {
        word(ADJECTIVES);
        next(NOUNS);
      }
      case 2 -> {
        word(ADJECTIVES);
        text.put(',');
        next(ADJECTIVES);
        next(NOUNS);
      }
      default -> {
        word(ADVERBS);
        next(ADJECTIVES);
        next(NOUNS);
      }
    }
  }

  private void verbPhrase() {
    int form = pick(4);
    if (form % 2 == 1) {
      word(AUXILIARIES);
      text.put(' ');
    }
    word(VERBS);
    if (form >= 2) {
      next(ADVERBS);
    }
  }

  private void prepositionalPhrase() {
    word(PREPOSITIONS);
    text.put(" the ");
    nounPhrase();
  }
}
