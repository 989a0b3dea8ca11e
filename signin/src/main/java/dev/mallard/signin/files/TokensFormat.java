package dev.mallard.signin.files;

import dev.mallard.access.Role;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** {@code k3x9a2: {owner: alice, sha256: …, may: read-only, created: …, expires: …}}. */
final class TokensFormat extends EntryFormat<TokenEntry> {
  private static final String OWNER = "owner";
  private static final String SHA256 = "sha256";
  private static final String MAY = "may";
  private static final String CREATED = "created";
  private static final String NOT_BEFORE = "not_before";
  private static final String EXPIRES = "expires";
  private static final String NOTE = "note";

  /** Before the underscore that ends it, in the token. */
  private static final Pattern ID = Pattern.compile("[0-9A-Za-z]{1,64}");

  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

  @Override
  String fileName() {
    return "tokens.yaml";
  }

  @Override
  boolean isSecret() {
    return true;
  }

  @Override
  TokenEntry read(String id, EntryFields fields) throws YamlProblem {
    if (!ID.matcher(id).matches()) {
      throw new YamlProblem(fields.line(), "'" + id + "' is not the id of a token");
    }
    String digest = fields.required(SHA256);
    if (!DIGEST.matcher(digest).matches()) {
      throw new YamlProblem(
          fields.line(SHA256), "'sha256' is not a digest (expected: 64 hexadecimal digits)");
    }
    Optional<String> may = fields.text(MAY);
    Optional<Role> limit =
        may.isPresent() ? Optional.of(RolesFormat.role(fields, MAY, may.get())) : Optional.empty();
    return new TokenEntry(
        id,
        fields.required(OWNER),
        digest,
        limit,
        fields.instant(CREATED).orElse(Instant.EPOCH),
        fields.instant(NOT_BEFORE),
        fields.instant(EXPIRES),
        fields.text(NOTE));
  }

  @Override
  Map<String, Object> write(TokenEntry entry) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put(OWNER, entry.owner());
    fields.put(SHA256, entry.sha256());
    entry.limit().ifPresent(limit -> fields.put(MAY, limit.toString()));
    fields.put(CREATED, entry.created().toString());
    entry.notBefore().ifPresent(time -> fields.put(NOT_BEFORE, time.toString()));
    entry.expires().ifPresent(time -> fields.put(EXPIRES, time.toString()));
    entry.note().ifPresent(note -> fields.put(NOTE, note));
    return fields;
  }
}
