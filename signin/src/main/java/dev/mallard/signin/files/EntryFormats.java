package dev.mallard.signin.files;

/** The three files of entries. */
public final class EntryFormats {
  public static final EntryFormat<UserEntry> USERS = new UsersFormat();

  /** What the operator's own roles may do. */
  public static final EntryFormat<RoleEntry> ROLES = new RolesFormat();

  public static final EntryFormat<TokenEntry> TOKENS = new TokensFormat();

  private EntryFormats() {}
}
