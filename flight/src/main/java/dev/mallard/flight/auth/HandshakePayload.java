package dev.mallard.flight.auth;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.mallard.access.Credentials;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import org.apache.arrow.flight.impl.Flight.BasicAuth;
import org.jspecify.annotations.Nullable;

/**
 * What a client says in a Handshake. Flight leaves that to client and server; these are known:
 * Arrow's BasicAuth message, and JSON {@code {"username": …, "password": …}}.
 */
final class HandshakePayload {
  private static final int MAX_BYTES = 64 * 1024;

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private HandshakePayload() {}

  /**
   * @throws MallardException INVALID_ARGUMENT if it is larger than any credentials are
   */
  static Credentials read(ByteString payload) {
    if (payload.size() > MAX_BYTES) {
      throw new MallardException(
          ErrorCode.INVALID_ARGUMENT,
          "Handshake: credentials of %d bytes (expected: at most %d)"
              .formatted(payload.size(), MAX_BYTES));
    }
    if (payload.isEmpty()) {
      return new Credentials.None();
    }
    Credentials.Password password = json(payload);
    if (password == null) {
      password = basicAuth(payload);
    }
    return password == null ? new Credentials.Other("Handshake of another form") : password;
  }

  private static Credentials.@Nullable Password json(ByteString payload) {
    try {
      JsonNode tree = JSON.readTree(payload.toStringUtf8());
      JsonNode name = tree.path("username");
      JsonNode password = tree.path("password");
      return name.isTextual() && password.isTextual()
          ? new Credentials.Password(name.textValue(), password.textValue())
          : null;
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  private static Credentials.@Nullable Password basicAuth(ByteString payload) {
    try {
      BasicAuth message = BasicAuth.parseFrom(payload);
      boolean isThat = message.getUnknownFields().asMap().isEmpty();
      return isThat && !message.getUsername().isEmpty()
          ? new Credentials.Password(message.getUsername(), message.getPassword())
          : null;
    } catch (InvalidProtocolBufferException e) {
      return null;
    }
  }
}
