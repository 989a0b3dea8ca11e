package dev.mallard.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.error.MallardException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DataFolderTest {
  private static final String FILE = "my_app/sales.parquet";

  @TempDir Path root;

  private final VersionLeases leases = new VersionLeases(Duration.ofMinutes(1), Clock.systemUTC());

  private DataFolder open(int keep, CommitHook hook) throws IOException {
    return DataFolder.open(
        root, new DataFolder.Options(false, keep, leases, hook, Clock.systemUTC()));
  }

  private DataFolder open(int keep) throws IOException {
    return open(keep, CommitHook.NONE);
  }

  private static FileVersion publish(DataFolder folder, String content) throws IOException {
    try (StagedFile staged = folder.stage()) {
      staged
          .channel()
          .write(ByteBuffer.wrap(content.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
      return folder.publish(staged, FILE);
    }
  }

  private String content() throws IOException {
    return Files.readString(root.resolve(FILE));
  }

  /** Everything of ours but the lock and the folders themselves. */
  private List<String> leftovers() throws IOException {
    try (var files = Files.walk(root.resolve(DataFolder.RESERVED))) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> root.resolve(DataFolder.RESERVED).relativize(file).toString())
          .filter(file -> !file.equals("lock"))
          .sorted()
          .toList();
    }
  }

  @Test
  void aPublishedFileStandsAtItsNameAndLeavesNothingElse() throws IOException {
    try (DataFolder folder = open(1)) {
      FileVersion version = publish(folder, "one");
      assertThat(content()).isEqualTo("one");
      assertThat(folder.current(FILE)).isEqualTo(version);
      assertThat(leftovers()).isEmpty();
    }
  }

  @Test
  void asManyPreviousVersionsStayAsConfigured() throws IOException {
    try (DataFolder folder = open(2)) {
      List<String> ids = new ArrayList<>();
      for (String content : List.of("1", "22", "333", "4444")) {
        ids.add(publish(folder, content).id());
      }
      assertThat(ids).isSorted().doesNotHaveDuplicates();
      assertThat(folder.previous(FILE))
          .extracting(FileVersion::id)
          .containsExactly(ids.get(2), ids.get(1));
      assertThat(Files.readString(folder.find(FILE, ids.get(1)).file())).isEqualTo("22");
      assertThat(folder.find(FILE, ids.get(0))).isNull();
    }
  }

  @Test
  void aPreviousVersionIsRestoredAndTheCurrentOneKept() throws IOException {
    try (DataFolder folder = open(1)) {
      FileVersion first = publish(folder, "first");
      FileVersion second = publish(folder, "second");
      assertThat(folder.restore(FILE, first.id()).id()).isEqualTo(first.id());
      assertThat(content()).isEqualTo("first");
      assertThat(folder.previous(FILE)).extracting(FileVersion::id).containsExactly(second.id());
      folder.restore(FILE, second.id());
      assertThat(content()).isEqualTo("second");
      assertThat(folder.restore(FILE, second.id()).id()).isEqualTo(second.id());
    }
  }

  @Test
  void aLeasedVersionOutlivesItsReplacement() throws IOException {
    try (DataFolder folder = open(0)) {
      FileVersion leased = publish(folder, "leased");
      leases.renew(FILE, leased.id(), "alice");
      publish(folder, "second");
      publish(folder, "third");
      assertThat(Files.readString(folder.find(FILE, leased.id()).file())).isEqualTo("leased");
      assertThat(leases.release(FILE, leased.id(), "bob")).as("nobody else's promise").isFalse();
      leases.renew(FILE, leased.id(), "bob");
      assertThat(leases.release(FILE, leased.id(), "alice")).isTrue();
      publish(folder, "fourth");
      assertThat(folder.find(FILE, leased.id())).isNotNull();
      assertThat(leases.release(FILE, leased.id(), "bob")).isTrue();
      publish(folder, "fifth");
      assertThat(folder.previous(FILE)).isEmpty();
      assertThat(leftovers()).isEmpty();
    }
  }

  @Test
  void aDroppedFileIsGoneWithItsVersionsAndItsEmptyFolder() throws IOException {
    try (DataFolder folder = open(3)) {
      publish(folder, "1");
      publish(folder, "2");
      assertThat(folder.drop(FILE)).isTrue();
      assertThat(folder.drop(FILE)).isFalse();
      assertThat(folder.previous(FILE)).isEmpty();
      assertThat(root.resolve("my_app")).doesNotExist();
      assertThat(leftovers()).isEmpty();
    }
  }

  @Test
  void anUploadThatIsNotPublishedLeavesNothing() throws IOException {
    try (DataFolder folder = open(1)) {
      try (StagedFile staged = folder.stage()) {
        staged.channel().write(ByteBuffer.wrap(new byte[100]));
        assertThat(leftovers()).hasSize(1);
      }
      assertThat(leftovers()).isEmpty();
    }
  }

  @Test
  void onlyOneServerWritesToAFolder() throws IOException {
    try (DataFolder first = open(1)) {
      assertThat(first.readOnly()).isFalse();
      assertThatThrownBy(() -> open(1))
          .isInstanceOf(MallardException.class)
          .hasMessageContaining("another mallard server");
    }
    open(1).close();
  }

  @Test
  void aReadOnlyFolderStaysUntouched() throws IOException {
    DataFolder.Options options =
        new DataFolder.Options(true, 1, leases, CommitHook.NONE, Clock.systemUTC());
    try (DataFolder folder = DataFolder.open(root, options)) {
      assertThatThrownBy(folder::stage)
          .isInstanceOf(MallardException.class)
          .hasMessageContaining("read-only");
      assertThatThrownBy(() -> folder.drop(FILE)).hasMessageContaining("read-only");
      assertThat(root).isEmptyDirectory();
    }
  }

  @Test
  void aLinkThatLeadsOutIsRefused(@TempDir Path elsewhere) throws IOException {
    Files.writeString(elsewhere.resolve("secret.parquet"), "secret");
    Files.createSymbolicLink(root.resolve("out"), elsewhere);
    try (DataFolder folder = open(1)) {
      assertThatThrownBy(() -> folder.current("out/secret.parquet"))
          .isInstanceOf(MallardException.class)
          .hasMessageContaining("leads out of the data folder")
          .hasMessageNotContaining(elsewhere.toString());
      try (StagedFile staged = folder.stage()) {
        assertThatThrownBy(() -> folder.publish(staged, "out/new.parquet"))
            .hasMessageContaining("leads out");
      }
      assertThat(elsewhere.resolve("new.parquet")).doesNotExist();
    }
  }

  /** The simulated end of the process: nothing after it runs, nothing is cleaned up. */
  private static final class Crash extends Error {
    private static final long serialVersionUID = 1L;
  }

  private DataFolder crashingAt(CommitStep crash, AtomicBoolean armed) throws IOException {
    return open(
        1,
        step -> {
          if (armed.get() && step == crash) {
            throw new Crash();
          }
        });
  }

  @ParameterizedTest
  @EnumSource(CommitStep.class)
  void aCrashInAReplaceLeavesTheOldOrTheNewVersionWhole(CommitStep crash) throws IOException {
    AtomicBoolean armed = new AtomicBoolean();
    boolean crashed = false;
    try (DataFolder folder = crashingAt(crash, armed)) {
      publish(folder, "old");
      armed.set(true);
      StagedFile staged = folder.stage();
      staged
          .channel()
          .write(ByteBuffer.wrap("new".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
      folder.publish(staged, FILE);
      staged.channel().close();
    } catch (Crash e) {
      crashed = true;
    }
    try (DataFolder folder = open(1)) {
      boolean renamed = !crashed || crash.compareTo(CommitStep.RENAMED) >= 0;
      assertThat(content()).isEqualTo(renamed ? "new" : "old");
      assertThat(folder.previous(FILE)).hasSize(renamed ? 1 : 0);
      assertThat(leftovers()).hasSize(renamed ? 1 : 0);
    }
  }

  @ParameterizedTest
  @EnumSource(CommitStep.class)
  void aCrashInARestoreLeavesBothVersions(CommitStep crash) throws IOException {
    AtomicBoolean armed = new AtomicBoolean();
    try (DataFolder folder = crashingAt(crash, armed)) {
      FileVersion first = publish(folder, "first");
      publish(folder, "second");
      armed.set(true);
      folder.restore(FILE, first.id());
    } catch (Crash e) {
      assertThat(e).isNotNull(); // Not every step is one of a restore.
    }
    try (DataFolder folder = open(1)) {
      String current = content();
      assertThat(current).isIn("first", "second");
      assertThat(folder.previous(FILE)).hasSize(1);
      assertThat(Files.readString(folder.previous(FILE).get(0).file())).isNotEqualTo(current);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = CommitStep.class,
      names = {"VERSIONS_DROPPED", "CURRENT_DROPPED"})
  void aCrashInADropLeavesTheWholeFileOrNothing(CommitStep crash) throws IOException {
    AtomicBoolean armed = new AtomicBoolean();
    try (DataFolder folder = crashingAt(crash, armed)) {
      publish(folder, "1");
      publish(folder, "2");
      armed.set(true);
      assertThatThrownBy(() -> folder.drop(FILE)).isInstanceOf(Crash.class);
    }
    try (DataFolder folder = open(1)) {
      if (crash == CommitStep.VERSIONS_DROPPED) {
        assertThat(content()).isEqualTo("2");
      } else {
        assertThat(folder.current(FILE)).isNull();
      }
      assertThat(leftovers()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = CommitStep.class,
      names = {"VERSIONS_DROPPED", "CURRENT_DROPPED"},
      mode = EnumSource.Mode.EXCLUDE)
  void aFailingDiskFailsTheUploadAndNothingElse(CommitStep failing) throws IOException {
    AtomicBoolean armed = new AtomicBoolean();
    CommitHook full =
        step -> {
          if (armed.get() && step == failing) {
            throw new IOException("No space left on device");
          }
        };
    try (DataFolder folder = open(1, full)) {
      publish(folder, "old");
      armed.set(true);
      assertThatThrownBy(() -> publish(folder, "new")).isInstanceOf(IOException.class);
      armed.set(false);
      assertThat(content()).isIn("old", "new");
      publish(folder, "later");
      assertThat(content()).isEqualTo("later");
      assertThat(leftovers()).hasSize(1);
    }
  }

  /** A rewrite takes as long as copying what is there: nobody else waits for it. */
  @Test
  void aRewriteIsBuiltAgainIfAnotherChangeWasQuicker() throws IOException {
    try (DataFolder folder = open(1)) {
      publish(folder, "base");
      List<String> bases = new ArrayList<>();
      List<StagedFile> made = new ArrayList<>();
      DataFolder.Rewrite rewrite =
          current -> {
            String base = Files.readString(java.util.Objects.requireNonNull(current).file());
            bases.add(base);
            if (bases.size() <= 2) {
              publish(
                  folder,
                  "quicker" + bases.size()); // Would wait for ever under the lock of another.
            }
            StagedFile staged = folder.stage();
            made.add(staged);
            staged
                .channel()
                .write(
                    ByteBuffer.wrap(
                        (base + "+").getBytes(java.nio.charset.StandardCharsets.UTF_8)));
            return staged;
          };
      folder.publish(rewrite, FILE);
      assertThat(bases).containsExactly("base", "quicker1", "quicker2");
      assertThat(content()).isEqualTo("quicker2+");
      made.forEach(StagedFile::close);
    }
  }

  @Test
  void aFolderThatIsRemovedAndMadeAgainIsTakenOnceMore() throws IOException {
    try (DataFolder folder = open(1)) {
      publish(folder, "one");
      Durable.deleteTree(root);
      assertThatThrownBy(() -> publish(folder, "two"))
          .isInstanceOf(MallardException.class)
          .hasMessageContaining("the data folder is gone")
          .message()
          .doesNotContain(root.toString());
      Files.createDirectory(root);
      publish(folder, "two");
      assertThat(content()).isEqualTo("two");
      // It is this server's again, and no other's.
      assertThatThrownBy(() -> open(1)).hasMessageContaining("another mallard server");
    }
    open(1).close();
  }
}
