package dev.mallard.engine.process;

/** How much of the machine the kernel keeps an engine from. */
public enum Fence {
  /** Nothing: there is no Landlock, or it is not wanted. */
  NONE,
  /** It writes nothing but its own files, and has no network. */
  WRITES,
  /** It reads nothing but what it needs, either. */
  READS
}
