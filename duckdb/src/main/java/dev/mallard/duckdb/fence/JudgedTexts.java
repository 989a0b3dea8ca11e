package dev.mallard.duckdb.fence;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * Texts that were judged lately. A judgement depends on nothing but the text. Thread-safe, and
 * bounded: so many, each of them short.
 */
final class JudgedTexts {
  private static final int MOST = 256;
  private static final int LONGEST = 4_096;

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, JudgedText> texts = new LinkedHashMap<>(MOST, 0.75f, true);

  /** What was judged before, or now; what is refused is judged again each time. */
  JudgedText get(String text, Function<String, JudgedText> judge) {
    if (text.length() > LONGEST) {
      return judge.apply(text);
    }
    lock.lock();
    try {
      JudgedText known = texts.get(text);
      if (known != null) {
        return known;
      }
    } finally {
      lock.unlock();
    }
    JudgedText judged = judge.apply(text);
    lock.lock();
    try {
      texts.put(text, judged);
      if (texts.size() > MOST) {
        texts.remove(texts.keySet().iterator().next());
      }
    } finally {
      lock.unlock();
    }
    return judged;
  }
}
