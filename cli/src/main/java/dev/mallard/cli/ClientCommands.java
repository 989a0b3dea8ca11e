package dev.mallard.cli;

import dev.mallard.cli.io.Console;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** All commands of this module. */
public final class ClientCommands {
  private ClientCommands() {}

  /**
   * By name, in the order in which help lists them. Made when wanted: looking into all of them
   * takes picocli longer than most of them run.
   */
  public static Map<String, Supplier<Object>> all(Console console) {
    Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
    commands.put("list", () -> new ListCommand(console));
    commands.put("info", () -> new InfoCommand(console));
    commands.put("schema", () -> new SchemaCommand(console));
    commands.put("query", () -> new QueryCommand(console));
    commands.put("shell", () -> new ShellCommand(console));
    commands.put("get", () -> new GetCommand(console));
    commands.put("put", () -> new PutCommand(console));
    commands.put("drop", () -> new DropCommand(console));
    commands.put("versions", () -> new VersionsCommand(console));
    commands.put("restore", () -> new RestoreCommand(console));
    commands.put("whoami", () -> new WhoAmICommand(console));
    commands.put("profiles", () -> new ProfilesCommand(console));
    commands.put("generate", () -> new GenerateCommand(console));
    commands.put("consume", () -> new ConsumeCommand(console));
    commands.put("bench", () -> new BenchCommand(console));
    commands.put("doctor", () -> new DoctorCommand(console));
    return commands;
  }
}
