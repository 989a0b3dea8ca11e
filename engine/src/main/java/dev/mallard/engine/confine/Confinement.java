package dev.mallard.engine.confine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What is asked of {@link Bootstrap}, and how it is said: one argument for each, then {@code --},
 * then the command that it becomes.
 *
 * @param parent the process that is to be this one's parent
 * @param dataBytes the most private memory that may be written to; 0 for no limit
 * @param fenced whether to refuse files and network
 * @param writable what may still be written
 * @param readable what may be read besides; empty for everything
 */
public record Confinement(
    long parent, long dataBytes, boolean fenced, List<Path> writable, List<Path> readable) {
  private static final String END = "--";
  private static final String PARENT = "parent=";
  private static final String DATA = "data=";
  private static final String FENCED = "fenced=";
  private static final String WRITE = "write=";
  private static final String READ = "read=";

  public Confinement {
    writable = List.copyOf(writable);
    readable = List.copyOf(readable);
  }

  /** The arguments of {@link Bootstrap}, before the command. */
  public List<String> toArguments() {
    List<String> arguments = new ArrayList<>();
    arguments.add(PARENT + parent);
    arguments.add(DATA + dataBytes);
    arguments.add(FENCED + fenced);
    writable.forEach(path -> arguments.add(WRITE + path));
    readable.forEach(path -> arguments.add(READ + path));
    arguments.add(END);
    return arguments;
  }

  /** What was asked, and the command. */
  record Parsed(Confinement confinement, List<String> command) {
    static Parsed of(List<String> arguments) {
      long parent = 0;
      long data = 0;
      boolean fenced = true;
      List<Path> writable = new ArrayList<>();
      List<Path> readable = new ArrayList<>();
      int end = arguments.indexOf(END);
      for (String argument : arguments.subList(0, end)) {
        String value = argument.substring(argument.indexOf('=') + 1);
        if (argument.startsWith(PARENT)) {
          parent = Long.parseLong(value);
        } else if (argument.startsWith(DATA)) {
          data = Long.parseLong(value);
        } else if (argument.startsWith(FENCED)) {
          fenced = Boolean.parseBoolean(value);
        } else if (argument.startsWith(WRITE)) {
          writable.add(Path.of(value));
        } else if (argument.startsWith(READ)) {
          readable.add(Path.of(value));
        } else {
          throw new IllegalArgumentException(argument);
        }
      }
      return new Parsed(
          new Confinement(parent, data, fenced, writable, readable),
          List.copyOf(arguments.subList(end + 1, arguments.size())));
    }
  }
}
