package dev.mallard.server;

import io.grpc.Status;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Something that a client may try.
 *
 * @param what a row of the matrix: method and target
 * @param call of it, about some data and handles
 */
record MatrixDeed(String what, Need need, Function<MatrixHandles, Call> call) {
  /**
   * One call in bytes.
   *
   * @param method of Flight, or a full name
   */
  record Call(String method, List<byte[]> messages, Map<String, String> headers) {
    static Call of(String method, com.google.protobuf.Message message) {
      return new Call(method, List.of(message.toByteArray()), Map.of());
    }
  }

  /** What one must be for it. */
  sealed interface Need {
    /** Nobody is asked who he is. */
    record Nothing() implements Need {}

    /** There is nothing of that name; gRPC says so itself. */
    record Absent() implements Need {}

    /** Whoever is let in may. */
    record SignedIn() implements Need {}

    /** Who may change things may. */
    record Write() implements Need {}

    /** Admins may. */
    record Admin() implements Need {}

    /**
     * The owner of the handle may, others are told what is told of a handle that never was.
     *
     * @param writes whether the owner must be one who may change things
     * @param code what that is
     */
    record Own(boolean writes, Status.Code code) implements Need {}

    /** It is refused to all who are let in. */
    record Never(Status.Code code) implements Need {}
  }

  /** Whether the data or handles that it was about may be none afterwards. */
  boolean usesUp() {
    boolean isInTransaction = need instanceof Need.Own own && own.writes();
    return isInTransaction || what.startsWith("action ");
  }

  static final Need NOTHING = new Need.Nothing();
  static final Need ABSENT = new Need.Absent();
  static final Need SIGNED_IN = new Need.SignedIn();
  static final Need WRITE = new Need.Write();
  static final Need ADMIN = new Need.Admin();
  static final Need OWN = new Need.Own(false, Status.Code.NOT_FOUND);
  static final Need OWN_WRITE = new Need.Own(true, Status.Code.NOT_FOUND);

  /** The owner's, and others may say so as often as they like: nothing comes of it. */
  static final Need OWN_OR_NOTHING_HAPPENS = new Need.Own(false, Status.Code.OK);

  static final Need INVALID = new Need.Never(Status.Code.INVALID_ARGUMENT);
  static final Need UNKNOWN = new Need.Never(Status.Code.UNIMPLEMENTED);
}
