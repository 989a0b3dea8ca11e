package dev.mallard.signin.files;

import dev.mallard.access.Role;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.signin.LocalUser;
import dev.mallard.signin.Users;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may come in, as the files of the access folder have it now: {@link #look} is to be called
 * again and again. What is wrong there is logged once, and the old rules of that file hold until it
 * is mended. Thread-safe.
 */
public final class AccessWatch implements Users {
  private static final Logger LOG = LoggerFactory.getLogger(AccessWatch.class);

  private final @Nullable AccessFolder folder;
  private final Map<String, UserEntry> always;
  private final Clock clock;
  private final ReentrantLock looking = new ReentrantLock();
  private final List<LiveFile<?>> all;
  private final @Nullable LiveFile<Map<String, UserEntry>> users;
  private final @Nullable LiveFile<Map<String, RoleEntry>> roles;
  private final @Nullable LiveFile<Map<String, TokenEntry>> tokens;
  private final @Nullable LiveFile<Optional<SessionKey>> keys;
  private volatile AccessRules rules;
  private volatile SessionKey key = SessionKey.random();

  private AccessWatch(@Nullable AccessFolder folder, Optional<UserEntry> always, Clock clock) {
    this.folder = folder;
    this.always = always.map(user -> Map.of(user.name(), user)).orElse(Map.of());
    this.clock = clock;
    if (folder == null) {
      this.users = null;
      this.roles = null;
      this.tokens = null;
      this.keys = null;
      this.all = List.of();
    } else {
      this.users = live(folder, EntryFormats.USERS);
      this.roles = live(folder, EntryFormats.ROLES);
      this.tokens = live(folder, EntryFormats.TOKENS);
      Path key = folder.root().resolve(SessionKey.FILE);
      this.keys = new LiveFile<>(key, true, SessionKey::parse, Optional.empty());
      this.all = List.of(users, roles, tokens, keys);
    }
    this.rules = new AccessRules(0, this.always, Map.of(), Map.of());
  }

  private static <T> LiveFile<Map<String, T>> live(AccessFolder folder, EntryFormat<T> format) {
    return new LiveFile<>(folder.file(format), format.isSecret(), format::parse, Map.of());
  }

  /** One user, whom no file names. */
  public static AccessWatch of(UserEntry user, Clock clock) {
    return new AccessWatch(null, Optional.of(user), clock);
  }

  /**
   * @param always a user who is there whatever the files say
   * @throws MallardException FAILED_PRECONDITION if the folder is not there, if others may read or
   *     change what is in it, or if a file is broken
   */
  public static AccessWatch open(Path root, Optional<UserEntry> always, Clock clock) {
    AccessFolder folder = AccessFolder.existing(root);
    AccessWatch watch = new AccessWatch(folder, always, clock);
    try {
      Optional<String> wrong = FilePermissions.folderProblem(root);
      if (wrong.isPresent()) {
        throw cannotUse("access folder " + root + ": " + wrong.get());
      }
    } catch (IOException e) {
      throw cannotUse("access folder " + root + ": cannot be read");
    }
    watch.lookAtAll(problem -> {});
    for (LiveFile<?> file : watch.all) {
      if (file.problem().isPresent()) {
        throw cannotUse(file.problem().get());
      }
    }
    watch.makeKeyIfMissing();
    watch.publish();
    return watch;
  }

  private static MallardException cannotUse(String why) {
    return new MallardException(ErrorCode.FAILED_PRECONDITION, why);
  }

  public AccessRules rules() {
    return rules;
  }

  /** What session tokens are signed with now. */
  public SessionKey key() {
    return key;
  }

  @Override
  public Optional<LocalUser> find(String name) {
    return rules.find(name);
  }

  @Override
  public Optional<Role> role(String name) {
    return rules.role(name);
  }

  @Override
  public long revision() {
    return rules.revision();
  }

  /** Looks whether something has changed; never throws. Reads files. */
  public void look() {
    looking.lock();
    try {
      if (lookAtAll(AccessWatch::warn)) {
        makeKeyIfMissing();
        publish();
      }
    } catch (RuntimeException e) {
      LOG.error("while looking at the access folder", e);
    } finally {
      looking.unlock();
    }
  }

  private static void warn(String problem) {
    LOG.warn("{}; what it said before holds until that is mended", problem);
  }

  private boolean lookAtAll(Consumer<String> newProblems) {
    Instant now = clock.instant();
    boolean isNew = false;
    for (LiveFile<?> file : all) {
      Optional<String> before = file.problem();
      isNew |= file.look(now);
      Optional<String> problem = file.problem();
      if (!problem.equals(before)) {
        problem.ifPresent(newProblems);
      }
    }
    return isNew;
  }

  private void publish() {
    if (users == null || roles == null || tokens == null || keys == null) {
      return;
    }
    Map<String, UserEntry> named = users.value();
    if (!always.isEmpty()) {
      named = new LinkedHashMap<>(named);
      named.putAll(always);
    }
    AccessRules next = new AccessRules(rules.revision() + 1, named, roles.value(), tokens.value());
    key = keys.value().orElse(key);
    rules = next;
    LOG.info(
        "access: {} users, {} roles of the operator's own, {} tokens",
        named.size(),
        roles.value().size(),
        tokens.value().size());
    for (UserEntry user : named.values()) {
      if (!user.disabled() && next.roleOf(user).isEmpty()) {
        LOG.warn("user '{}' may not come in: a role of {} does not exist", user, user.roles());
      }
    }
  }

  /** Where it cannot be kept, sessions end with the server. */
  private void makeKeyIfMissing() {
    if (keys == null || folder == null || keys.isThere() || keys.problem().isPresent()) {
      return;
    }
    SessionKey made = SessionKey.random();
    try {
      if (Files.isWritable(folder.root())) {
        made.store(folder);
        keys.look(clock.instant());
      }
    } catch (IOException e) {
      LOG.warn("cannot keep the key of session tokens; sessions end with the server");
    }
    key = keys.value().orElse(made);
  }
}
