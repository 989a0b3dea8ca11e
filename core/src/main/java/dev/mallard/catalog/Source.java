package dev.mallard.catalog;

import dev.mallard.arrow.file.FileFormat;
import dev.mallard.error.MallardException;
import dev.mallard.store.FileLook;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What stands on disk for a dataset's name, before any file has been looked into. */
sealed interface Source {
  /**
   * How the dataset is called when nothing else was said: the path of its file or folder, extension
   * included, or the name that the operator gave it.
   */
  String name();

  /** A file as a part of a dataset. */
  record Member(Path path, String file, FileFormat format, Map<String, String> partition) {}

  /**
   * A file in the data folder: clients change it, and previous versions are kept.
   *
   * @param look by which it was found
   */
  record Single(String name, FileFormat format, FileLook look) implements Source {}

  /**
   * Files that nobody changes by way of this server: a folder, a glob, or a file from elsewhere.
   *
   * @param members at least one, in the order in which their rows come
   * @param isMount whether the operator named it
   */
  record Fixed(String name, List<Member> members, boolean isMount) implements Source {
    public Fixed {
      members = List.copyOf(members);
    }
  }

  /**
   * Something that has a name but no rows for us.
   *
   * @param problem says what it is and what to do
   */
  record Unusable(String name, MallardException problem) implements Source {
    /** One of its own for each caller: its stack trace belongs to one call. */
    MallardException answer() {
      return new MallardException(problem.code(), String.valueOf(problem.getMessage()));
    }
  }
}
