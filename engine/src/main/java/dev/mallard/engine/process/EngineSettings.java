package dev.mallard.engine.process;

import java.nio.file.Path;
import java.util.List;

/**
 * What a process of the engine may use.
 *
 * @param work a folder of its own: sockets, its temporary files; emptied
 * @param memoryBytes the most that it is to use, all in all
 * @param writable folders and files that it may write besides {@code work}
 * @param readable what it may read of the machine's files besides those, and besides what every JVM
 *     needs; empty for everything
 * @param unfenced whether it may open whatever the server may
 */
public record EngineSettings(
    Path work, long memoryBytes, List<Path> writable, List<Path> readable, boolean unfenced) {
  public EngineSettings {
    work = work.toAbsolutePath();
    writable = writable.stream().map(Path::toAbsolutePath).toList();
    readable = readable.stream().map(Path::toAbsolutePath).toList();
  }

  /** That may read everything. */
  public EngineSettings(Path work, long memoryBytes, List<Path> writable, boolean unfenced) {
    this(work, memoryBytes, writable, List.of(), unfenced);
  }
}
