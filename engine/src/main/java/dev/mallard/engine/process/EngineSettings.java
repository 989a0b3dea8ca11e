package dev.mallard.engine.process;

import java.nio.file.Path;
import java.util.List;

/**
 * What a process of the engine may use.
 *
 * @param work a folder of its own: sockets, its temporary files, its library; emptied
 * @param memoryBytes the most that it is to use, all in all
 * @param writable folders and files that it may write besides {@code work}; empty with {@code
 *     unfenced}
 * @param unfenced whether it may open whatever the server may
 */
public record EngineSettings(Path work, long memoryBytes, List<Path> writable, boolean unfenced) {
  public EngineSettings {
    writable = List.copyOf(writable);
  }
}
