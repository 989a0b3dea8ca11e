package dev.mallard.server;

/** The columns of the matrix. */
enum MatrixCaller {
  NOBODY(Standing.OUT),
  GARBAGE(Standing.OUT),
  ANOTHER_SCHEME(Standing.OUT),
  WRONG_PASSWORD(Standing.OUT),
  UNKNOWN_NAME(Standing.OUT),
  EXPIRED_TOKEN(Standing.OUT),
  NOT_YET_VALID_TOKEN(Standing.OUT),
  REVOKED_TOKEN(Standing.OUT),
  TOKEN_WITH_ANOTHER_SECRET(Standing.OUT),
  TOKEN_OF_A_DISABLED_USER(Standing.OUT),
  ALTERED_SESSION(Standing.OUT),
  SESSION_OF_ANOTHER_SERVER(Standing.OUT),
  EXPIRED_JWT(Standing.OUT),
  NOT_YET_VALID_JWT(Standing.OUT),
  JWT_OF_A_KEY_TAKEN_BACK(Standing.OUT),
  JWT_WITHOUT_ROLE(Standing.OUT),
  JWT_OF_A_USER_WITH_PASSWORD(Standing.OUT),
  OTHER_READ_ONLY(Standing.READS),
  OWNER_READ_ONLY(Standing.OWNER_READS),
  OTHER(Standing.WRITES),
  ADMIN(Standing.WRITES),
  OWNER(Standing.OWNER);

  /** What a caller is to the matrix's data and handles. */
  enum Standing {
    OUT,
    READS,
    WRITES,
    OWNER_READS,
    OWNER;

    boolean isOwner() {
      return this == OWNER || this == OWNER_READS;
    }

    boolean mayWrite() {
      return this == OWNER || this == WRITES;
    }
  }

  final Standing standing;

  MatrixCaller(Standing standing) {
    this.standing = standing;
  }

  /** Refused for what it says of a password, which after some failures is to be slower. */
  boolean isByPassword() {
    return this == WRONG_PASSWORD || this == UNKNOWN_NAME;
  }
}
