package dev.mallard.catalog;

/**
 * A file, a folder or a glob from anywhere on disk that the operator serves under a name of choice,
 * read-only.
 *
 * @param name the dataset's name
 * @param source the file, the folder, or a path with {@code *}, {@code ?} or {@code [} in it
 */
public record Mount(DatasetName name, String source) {
  /** Whether it stands for what matches, which may be nothing yet. */
  public boolean isPattern() {
    return Glob.isPattern(source);
  }
}
