package dev.mallard.generate;

/**
 * Random values that are looked up, not drawn: SplitMix64 (Steele, Lea and Flood, 2014) as a
 * counter-based generator, its state being the lane's key plus counter times the golden gamma. A
 * lane is one column's randomness; lanes of different names have nothing to do with each other.
 *
 * <p>Logarithms and cosines are StrictMath's, so that every machine makes the same values.
 */
final class RandomLane {
  private static final long GAMMA = 0x9E3779B97F4A7C15L;
  private static final double UNIT = 0x1p-53;

  private final long key;

  RandomLane(long seed, String name) {
    this.key = mix(mix(seed) + name.hashCode() * GAMMA);
  }

  /** The random bits at a place. */
  long bits(long counter) {
    return mix(key + counter * GAMMA);
  }

  /** More bits at a place whose bits are already used up. */
  static long more(long bits) {
    return mix(bits + GAMMA);
  }

  /** From 0 up to, but without, {@code bound}, from the upper half of {@code bits}. */
  static int reduce(long bits, int bound) {
    return (int) ((bits >>> 32) * bound >>> 32);
  }

  /** From 0 up to, but without, {@code bound}. */
  int below(long counter, int bound) {
    return reduce(bits(counter), bound);
  }

  /** Both ends included. */
  int between(long counter, int min, int max) {
    return min + reduce(bits(counter), max - min + 1);
  }

  boolean chance(long counter, double probability) {
    return unit(bits(counter)) < probability;
  }

  /** Uniform, from 0 up to, but without, 1. */
  double uniform(long counter) {
    return unit(bits(counter));
  }

  /** By Box and Muller's transform. */
  double normal(long counter, double mean, double deviation) {
    long bits = bits(counter);
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - unit(bits)));
    return mean + deviation * radius * StrictMath.cos(2 * Math.PI * unit(more(bits)));
  }

  double exponential(long counter, double mean) {
    return -mean * StrictMath.log(1 - unit(bits(counter)));
  }

  private static double unit(long bits) {
    return (bits >>> 11) * UNIT;
  }

  private static long mix(long value) {
    long mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }
}
