package dev.mallard.arrow;

import org.apache.arrow.flatbuf.CompressionType;

/** Codecs for the bodies of IPC messages. */
public enum Compression {
  LZ4_FRAME(CompressionType.LZ4_FRAME),
  ZSTD(CompressionType.ZSTD);

  private final byte code;

  Compression(byte code) {
    this.code = code;
  }

  byte code() {
    return code;
  }

  static Compression of(byte code) {
    return code == CompressionType.LZ4_FRAME ? LZ4_FRAME : ZSTD;
  }
}
