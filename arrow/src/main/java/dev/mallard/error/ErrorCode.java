package dev.mallard.error;

/**
 * What kind of thing went wrong, in the words of the gRPC status codes that clients see. The kind
 * also decides how the server logs it: only {@link Kind#FAULT} is logged with a stack trace.
 */
public enum ErrorCode {
  INVALID_ARGUMENT(Kind.USER),
  NOT_FOUND(Kind.USER),
  ALREADY_EXISTS(Kind.USER),
  FAILED_PRECONDITION(Kind.USER),
  UNAUTHENTICATED(Kind.USER),
  PERMISSION_DENIED(Kind.USER),
  UNIMPLEMENTED(Kind.USER),
  CANCELLED(Kind.USER),
  DEADLINE_EXCEEDED(Kind.USER),
  RESOURCE_EXHAUSTED(Kind.RESOURCES),
  UNAVAILABLE(Kind.RESOURCES),
  /** A stored file that is damaged or not what its name says. */
  DATA_LOSS(Kind.RESOURCES),
  INTERNAL(Kind.FAULT);

  /** Who has to act. */
  public enum Kind {
    /** The caller: another request would succeed. */
    USER,
    /** The operator: more room, fewer requests, or a file that must be mended. */
    RESOURCES,
    /** Us. */
    FAULT
  }

  private final Kind kind;

  ErrorCode(Kind kind) {
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
