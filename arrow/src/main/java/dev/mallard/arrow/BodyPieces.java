package dev.mallard.arrow;

import java.io.IOException;
import org.apache.arrow.memory.ArrowBuf;

/** Is told, in order, of what a body consists, so that it can be sent without being copied. */
public interface BodyPieces {
  /** Memory, which stays the body's: whoever wants to keep it retains it. Not empty. */
  void memory(ArrowBuf buffer) throws IOException;

  /** A range of a file, which stays the body's. Not empty. */
  void file(FileBody range) throws IOException;

  /**
   * @param bytes zeros, 1 to 7
   */
  void padding(int bytes) throws IOException;
}
