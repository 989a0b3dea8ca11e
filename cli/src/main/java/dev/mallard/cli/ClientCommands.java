package dev.mallard.cli;

import dev.mallard.cli.io.Console;
import java.util.List;

/** All commands of this module. */
public final class ClientCommands {
  private ClientCommands() {}

  /** In the order in which help lists them. */
  public static List<Object> all(Console console) {
    return List.of(
        new ListCommand(console),
        new InfoCommand(console),
        new SchemaCommand(console),
        new QueryCommand(console),
        new ShellCommand(console),
        new GetCommand(console),
        new PutCommand(console),
        new DropCommand(console),
        new VersionsCommand(console),
        new RestoreCommand(console),
        new GenerateCommand(console),
        new ConsumeCommand(console),
        new BenchCommand(console),
        new DoctorCommand(console));
  }
}
