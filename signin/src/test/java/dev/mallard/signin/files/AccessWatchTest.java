package dev.mallard.signin.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.access.Role;
import dev.mallard.error.MallardException;
import dev.mallard.signin.LocalUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessWatchTest {
  @TempDir private Path folder;

  private Path users() {
    return folder.resolve("users.yaml");
  }

  private Path write(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return file;
  }

  private AccessWatch open() {
    return AccessWatch.open(folder, Optional.empty(), Clock.systemUTC());
  }

  private static List<String> names(AccessWatch watch) {
    return List.copyOf(watch.rules().users().keySet());
  }

  @Test
  void whatTheFilesSayIsKnown() throws Exception {
    write(
        users(), "alice:\nbob: {roles: analyst}\neve: {roles: [analyst, boss], disabled: true}\n");
    write(folder.resolve("roles.yaml"), "analyst: {may: read-only}\nboss:\n  may: admin\n");
    AccessWatch watch = open();

    assertThat(watch.find("alice")).contains(new LocalUser("alice", Optional.of(Role.FULL), false));
    assertThat(watch.find("bob"))
        .contains(new LocalUser("bob", Optional.of(Role.READ_ONLY), false));
    assertThat(watch.find("eve")).contains(new LocalUser("eve", Optional.empty(), false));
    assertThat(watch.find("Alice")).isEmpty();
    assertThat(watch.role("boss")).contains(Role.ADMIN);
    assertThat(watch.role("admin")).contains(Role.ADMIN);
    assertThat(watch.role("nobody")).isEmpty();
  }

  @Test
  void aChangeIsSeenHoweverItIsMade() throws Exception {
    write(users(), "alice:\n");
    AccessWatch watch = open();
    long before = watch.revision();
    watch.look();
    assertThat(watch.revision()).isEqualTo(before);

    // In place, of the same length, with its old time put back.
    FileTime time = Files.getLastModifiedTime(users());
    Files.writeString(users(), "carol:\n".substring(0, 5) + ":\n");
    Files.setLastModifiedTime(users(), time);
    watch.look();
    assertThat(names(watch)).containsExactly("carol");
    assertThat(watch.revision()).isNotEqualTo(before);

    // By another file's being put in its place.
    Path other = write(folder.resolve("other"), "dave:\n");
    Files.move(other, users(), StandardCopyOption.ATOMIC_MOVE);
    watch.look();
    assertThat(names(watch)).containsExactly("dave");
  }

  @Test
  void aBrokenFileKeepsItsOldRulesAndTheOthersGoOn() throws Exception {
    write(users(), "alice:\n");
    write(folder.resolve("roles.yaml"), "analyst: {may: read-only}\n");
    AccessWatch watch = open();
    for (String broken : List.of("alice: [", "- alice\n", "alice: {rolls: []}\n", "a: 1\n")) {
      write(users(), broken);
      watch.look();
      assertThat(names(watch)).as(broken).containsExactly("alice");
    }
    write(folder.resolve("roles.yaml"), "analyst: {may: admin}\n");
    watch.look();
    assertThat(watch.role("analyst")).contains(Role.ADMIN);
    Files.write(users(), new byte[] {(byte) 0xff, 'x'});
    watch.look();
    assertThat(names(watch)).containsExactly("alice");

    Files.setPosixFilePermissions(
        write(users(), "eve:\n"), PosixFilePermissions.fromString("rw-rw-rw-"));
    watch.look();
    assertThat(names(watch)).as("anybody may have written it").containsExactly("alice");
    write(users(), "bob:\n");
    watch.look();
    assertThat(names(watch)).containsExactly("bob");
  }

  @Test
  void aFileThatIsGoneForAMomentIsNotMissed() throws Exception {
    write(users(), "alice:\n");
    AccessWatch watch = open();
    Files.delete(users());
    watch.look();
    assertThat(names(watch)).containsExactly("alice");
    write(users(), "bob:\n");
    watch.look();
    assertThat(names(watch)).containsExactly("bob");

    Files.delete(users());
    watch.look();
    watch.look();
    assertThat(names(watch)).isEmpty();
  }

  @Test
  void aBrokenFolderIsNotServed() throws Exception {
    cannotOpen("alice: [\n", "users.yaml: line ", "not YAML");
    cannotOpen("alice:\nalice:\n", "line 2", "second time");
    cannotOpen("alice: &a {roles: [x]}\nbob: *a\n", "line 1", "anchor");
    cannotOpen("alice:\n---\nbob:\n", "second document");
    cannotOpen("- alice\n", "line 1", "not a list of names");
    cannotOpen("alice: secret\n", "line 1", "'alice' is not followed");
    cannotOpen("alice:\n  disabled: yes\n", "line 2", "neither true nor false");
    cannotOpen("alice:\n  password: secret\n", "line 1", "not a hash", "mallard user passwd");
    cannotOpen("'al:ice': {password: '" + HASH + "'}\n", "line 1", "no colon");
    cannotOpen("alice: {password: '" + HASH.replace("m=8", "m=99999999") + "'}\n", "too much");
    Files.delete(users());
    write(folder.resolve("tokens.yaml"), "x y: {owner: a}\n");
    cannotOpen("alice:\n", "tokens.yaml: line 1", "not the id of a token");
    write(folder.resolve("tokens.yaml"), "x:\n  owner: a\n  sha256: abc\n");
    cannotOpen("alice:\n", "tokens.yaml: line 3", "not a digest");
    Files.delete(folder.resolve("tokens.yaml"));
    write(folder.resolve("roles.yaml"), "admin: {may: read-only}\n");
    cannotOpen("alice:\n", "roles.yaml: line 1", "is there without being told");
    write(folder.resolve("roles.yaml"), "boss: {may: everything}\n");
    cannotOpen("alice:\n", "roles.yaml: line 1", "expected: read-only, full or admin");
    Files.delete(folder.resolve("roles.yaml"));
    write(folder.resolve("session.key"), "short\n");
    cannotOpen("alice:\n", "session.key: line 1", "not a key");
  }

  private static final String HASH =
      "$argon2id$v=19$m=8,t=1,p=1$" + "A".repeat(22) + "$" + "B".repeat(43);

  private void cannotOpen(String text, String... said) throws IOException {
    write(users(), text);
    assertThatThrownBy(this::open)
        .isInstanceOf(MallardException.class)
        .satisfies(e -> assertThat(e.getMessage()).contains(said).doesNotContain(HASH));
  }

  @Test
  void secretsThatOthersMayReadAreNotServed() throws Exception {
    write(users(), "alice:\n");
    open();
    for (String name : List.of("users.yaml", "session.key")) {
      Path file = folder.resolve(name);
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
      assertThatThrownBy(this::open).hasMessageContaining(name).hasMessageContaining("chmod 600");
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw--w----"));
      assertThatThrownBy(this::open).hasMessageContaining("others may change it");
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThatThrownBy(this::open).hasMessageContaining("others may put files into it");
  }

  @Test
  void theKeyIsMadeOnceAndForTheServerAlone() throws Exception {
    write(users(), "alice:\n");
    SessionKey made = open().key();
    assertThat(open().key()).isEqualTo(made);
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(folder.resolve("session.key"))))
        .isEqualTo("rw-------");
  }

  @Test
  void aUserWhomNoFileNamesIsAlwaysThere() throws Exception {
    write(users(), "alice:\nroot: {roles: [read-only]}\n");
    UserEntry root = new UserEntry("root", Optional.of(HASH), List.of("admin"), false);
    AccessWatch watch = AccessWatch.open(folder, Optional.of(root), Clock.systemUTC());
    assertThat(watch.find("root")).contains(new LocalUser("root", Optional.of(Role.ADMIN), true));
    write(users(), "bob:\n");
    watch.look();
    assertThat(names(watch)).containsExactly("bob", "root");
  }
}
