package dev.mallard.arrow.feather;

/**
 * Where one message stands in an Arrow IPC file.
 *
 * @param offset of the message's length prefix, from the start of the file
 * @param metadataLength bytes of prefix, header and padding
 * @param bodyLength bytes of the body, which follows at once
 */
public record Block(long offset, int metadataLength, long bodyLength) {
  long bodyOffset() {
    return offset + metadataLength;
  }

  /** The first byte behind the body. */
  public long end() {
    return bodyOffset() + bodyLength;
  }
}
