package dev.mallard.cli.io;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Guesses what somebody meant to type. Stateless. */
public final class NearestWord {
  private NearestWord() {}

  /** The known word that takes the fewest changed letters, if it takes at most {@code most}. */
  public static Optional<String> of(String typed, Collection<String> known, int most) {
    return known.stream()
        .filter(word -> distance(typed, word) <= Math.min(most, word.length() - 2))
        .min(Comparator.comparingInt(word -> distance(typed, word)));
  }

  /** How many letters are to be put in, left out or replaced. */
  private static int distance(String a, String b) {
    int[] above = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      above[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, 1 + Math.min(above[j], row[j - 1]));
      }
      above = row;
    }
    return above[b.length()];
  }
}
