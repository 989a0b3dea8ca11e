package dev.mallard.catalog;

import java.util.List;
import java.util.Map;

/**
 * The files that make up one version of one dataset: usually one; several where a folder or a glob
 * is a dataset.
 *
 * @param name how the dataset is called when nothing else was said: the file's path, extension
 *     included
 * @param members in the order in which their rows come
 * @param isFolder whether it stands for more than one file, and so cannot be written to
 */
record FileSet(String name, List<Member> members, boolean isFolder) {
  /**
   * @param partition as in {@link Part}
   */
  record Member(DataFile file, Map<String, String> partition) {}

  FileSet {
    members = List.copyOf(members);
  }

  static FileSet single(String name, DataFile file) {
    return new FileSet(name, List.of(new Member(file, Map.of())), false);
  }

  /** The file's own version, or one that changes when any of the files does. */
  String version() {
    if (!isFolder) {
      return members.get(0).file().version().id();
    }
    long hash = 0xcbf29ce484222325L;
    String newest = "";
    for (Member member : members) {
      String id = member.file().version().id();
      newest = newest.compareTo(id) < 0 ? id : newest;
      for (char c : (member.file().file() + '\0' + id).toCharArray()) {
        hash = (hash ^ c) * 0x100000001b3L;
      }
    }
    return "%s-%d-%016x".formatted(newest, members.size(), hash);
  }
}
