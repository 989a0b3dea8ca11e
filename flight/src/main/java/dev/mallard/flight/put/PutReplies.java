package dev.mallard.flight.put;

import com.google.protobuf.ByteString;
import org.apache.arrow.flight.sql.impl.FlightSql.DoPutPreparedStatementResult;
import org.apache.arrow.flight.sql.impl.FlightSql.DoPutUpdateResult;

/** What Flight SQL answers a DoPut with, in {@code PutResult.app_metadata}. */
final class PutReplies {
  private PutReplies() {}

  /**
   * @param rows −1 if the number is not known
   */
  static ByteString updated(long rows) {
    return DoPutUpdateResult.newBuilder().setRecordCount(Math.max(0, rows)).build().toByteString();
  }

  static ByteString bound(String handle) {
    return DoPutPreparedStatementResult.newBuilder()
        .setPreparedStatementHandle(ByteString.copyFromUtf8(handle))
        .build()
        .toByteString();
  }
}
