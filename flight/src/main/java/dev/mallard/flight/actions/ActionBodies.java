package dev.mallard.flight.actions;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import org.apache.arrow.flight.impl.Flight.Result;

/**
 * Bodies and results of actions. Flight's own are messages; Flight SQL's are inside an {@code Any}.
 */
final class ActionBodies {
  private ActionBodies() {}

  static <T> T parse(ByteString body, Parser<T> parser, String action) {
    try {
      return parser.parseFrom(body);
    } catch (InvalidProtocolBufferException e) {
      throw damaged(action, action + "Request", e);
    }
  }

  static <T extends Message> T unpack(ByteString body, Class<T> type, String action) {
    try {
      return Any.parseFrom(body).unpack(type);
    } catch (InvalidProtocolBufferException e) {
      throw damaged(action, type.getSimpleName() + " inside a google.protobuf.Any", e);
    }
  }

  private static MallardException damaged(String action, String expected, Exception cause) {
    return new MallardException(
        ErrorCode.INVALID_ARGUMENT,
        "action " + action + ": the body is not the message that is expected: " + expected,
        cause);
  }

  static Result result(Message message) {
    return result(message.toByteArray());
  }

  static Result packed(Message message) {
    return result(Any.pack(message));
  }

  static Result result(byte[] body) {
    return Result.newBuilder().setBody(ByteString.copyFrom(body)).build();
  }
}
