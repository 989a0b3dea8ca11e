package dev.mallard.signin.own;

import dev.mallard.signin.files.AccessRules;
import dev.mallard.signin.files.UserEntry;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * For names that have no password, the hash of somebody who has one: checking it takes as long, of
 * whatever kind the hashes here are. Always the same one for the same name. Thread-safe.
 */
final class Decoys {
  private final Digest.Keyed digests = new Digest.Keyed();

  /** Of no password that anybody knows. */
  private static final String NOBODYS =
      "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$" + "A".repeat(43);

  private volatile @Nullable Known known;

  private record Known(long revision, List<String> hashes) {}

  String of(AccessRules rules, String name) {
    List<String> hashes = hashes(rules);
    return hashes.isEmpty()
        ? NOBODYS
        : hashes.get((int) Long.remainderUnsigned(digests.of("", name).a(), hashes.size()));
  }

  private List<String> hashes(AccessRules rules) {
    Known last = known;
    if (last == null || last.revision != rules.revision()) {
      last =
          new Known(
              rules.revision(),
              rules.users().values().stream()
                  .map(UserEntry::password)
                  .flatMap(Optional::stream)
                  .toList());
      known = last;
    }
    return last.hashes;
  }
}
