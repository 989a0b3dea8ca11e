package dev.mallard.cli.connect;

import java.nio.file.Path;

/**
 * A connection with a name, from the user's configuration folder.
 *
 * @param file where it stands
 * @param said what it says; it always names a server
 */
public record Profile(String name, Path file, Said said) {
  /** The one that is used when nothing else says where to. */
  public static final String DEFAULT = "default";
}
