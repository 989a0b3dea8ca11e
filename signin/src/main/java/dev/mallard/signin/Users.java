package dev.mallard.signin;

import dev.mallard.access.Role;
import java.util.Optional;

/**
 * The names and roles that the operator has written down, as they are now. Other proofs of a name
 * than ours ask here what the name may do. Quick, thread-safe.
 */
public interface Users {
  /** Nobody is written down, and there are no roles but the three that always are. */
  Users NONE =
      new Users() {
        @Override
        public Optional<LocalUser> find(String name) {
          return Optional.empty();
        }

        @Override
        public Optional<Role> role(String name) {
          return Role.named(name);
        }

        @Override
        public long revision() {
          return 0;
        }
      };

  Optional<LocalUser> find(String name);

  /** What a role of that name may do: one of the three, or one of the operator's own. */
  Optional<Role> role(String name);

  /** Another number whenever the other two may answer otherwise. */
  long revision();
}
