package dev.mallard.flight.put;

import com.google.protobuf.ByteString;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.catalog.PutReceipt;
import dev.mallard.catalog.Upload;
import dev.mallard.flight.call.CallTally;
import dev.mallard.flight.ticket.Json;
import org.jspecify.annotations.Nullable;

/** Puts a dataset. */
final class DatasetPut implements PutSink {
  private final Upload upload;

  /** Takes the upload over. */
  DatasetPut(Upload upload) {
    this.upload = upload;
  }

  @Override
  public String name() {
    return "upload to '" + upload.name() + "'";
  }

  @Override
  public @Nullable ByteString start() {
    return null;
  }

  @Override
  public void write(IpcMessage message) {
    upload.write(message);
  }

  @Override
  public ByteString finish() {
    PutReceipt receipt = upload.commit();
    CallTally.current().add(receipt.rows(), receipt.bytes());
    return ByteString.copyFrom(Json.write(receipt));
  }

  @Override
  public void close() {
    upload.close();
  }
}
