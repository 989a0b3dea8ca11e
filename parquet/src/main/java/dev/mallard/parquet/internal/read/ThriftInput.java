package dev.mallard.parquet.internal.read;

import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.PageHeader;
import shaded.parquet.org.apache.thrift.TConfiguration;
import shaded.parquet.org.apache.thrift.TException;
import shaded.parquet.org.apache.thrift.protocol.TCompactProtocol;
import shaded.parquet.org.apache.thrift.protocol.TList;
import shaded.parquet.org.apache.thrift.protocol.TMap;
import shaded.parquet.org.apache.thrift.protocol.TProtocolException;
import shaded.parquet.org.apache.thrift.protocol.TSet;
import shaded.parquet.org.apache.thrift.protocol.TStruct;
import shaded.parquet.org.apache.thrift.transport.TTransport;
import shaded.parquet.org.apache.thrift.transport.TTransportException;

/**
 * Thrift structures out of bytes that nobody vouches for: nothing is allocated for a length that
 * the bytes cannot hold, and nesting and the number of structures are limited.
 */
final class ThriftInput {
  private static final int MAX_DEPTH = 40;
  private static final int MAX_STRUCTS = 6_000_000;

  private final ArrayTransport transport;

  ThriftInput(byte[] bytes, int from, int to) {
    this.transport = new ArrayTransport(bytes, from, to);
  }

  FileMetaData readFileMetaData() throws TException {
    FileMetaData metadata = new FileMetaData();
    metadata.read(new LimitedProtocol(transport));
    return metadata;
  }

  PageHeader readPageHeader() throws TException {
    PageHeader header = new PageHeader();
    header.read(new LimitedProtocol(transport));
    return header;
  }

  /** Where the structure that was read last ends. */
  int position() {
    return transport.position;
  }

  private static final class LimitedProtocol extends TCompactProtocol {
    private int depth;
    private int structs;

    LimitedProtocol(ArrayTransport transport) {
      super(transport, transport.end - transport.position, transport.end - transport.position);
    }

    private void enter() throws TException {
      if (++depth > MAX_DEPTH || ++structs > MAX_STRUCTS) {
        throw new TProtocolException(TProtocolException.DEPTH_LIMIT, "too many structures");
      }
    }

    @Override
    public TStruct readStructBegin() throws TException {
      enter();
      return super.readStructBegin();
    }

    @Override
    public void readStructEnd() throws TException {
      depth--;
      super.readStructEnd();
    }

    @Override
    public TList readListBegin() throws TException {
      enter();
      return super.readListBegin();
    }

    @Override
    public void readListEnd() throws TException {
      depth--;
      super.readListEnd();
    }

    @Override
    public TSet readSetBegin() throws TException {
      enter();
      return super.readSetBegin();
    }

    @Override
    public void readSetEnd() throws TException {
      depth--;
      super.readSetEnd();
    }

    @Override
    public TMap readMapBegin() throws TException {
      enter();
      return super.readMapBegin();
    }

    @Override
    public void readMapEnd() throws TException {
      depth--;
      super.readMapEnd();
    }
  }

  private static final class ArrayTransport extends TTransport {
    private final byte[] bytes;
    private final int end;
    private int position;

    ArrayTransport(byte[] bytes, int from, int to) {
      this.bytes = bytes;
      this.position = from;
      this.end = to;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void open() {}

    @Override
    public void close() {}

    @Override
    public int read(byte[] target, int offset, int length) throws TTransportException {
      checkReadBytesAvailable(length);
      System.arraycopy(bytes, position, target, offset, length);
      position += length;
      return length;
    }

    @Override
    public void write(byte[] source, int offset, int length) {
      throw new UnsupportedOperationException();
    }

    @Override
    public byte[] getBuffer() {
      return bytes;
    }

    @Override
    public int getBufferPosition() {
      return position;
    }

    @Override
    public int getBytesRemainingInBuffer() {
      return end - position;
    }

    @Override
    public void consumeBuffer(int length) {
      position += length;
    }

    @Override
    public TConfiguration getConfiguration() {
      return TConfiguration.DEFAULT;
    }

    @Override
    public void updateKnownMessageSize(long size) {}

    @Override
    public void checkReadBytesAvailable(long length) throws TTransportException {
      if (length < 0 || length > end - position) {
        throw new TTransportException(TTransportException.END_OF_FILE, "out of bytes");
      }
    }
  }
}
