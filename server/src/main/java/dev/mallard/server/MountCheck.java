package dev.mallard.server;

import dev.mallard.catalog.Catalog;
import dev.mallard.catalog.Mount;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the start whether what is mounted is there. A server without what it was started for
 * looks healthy and is not.
 */
final class MountCheck {
  private static final Logger LOG = LoggerFactory.getLogger(MountCheck.class);

  /** More than one letter, so that it is no drive. */
  private static final Pattern URL = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:/.*");

  private MountCheck() {}

  /**
   * @throws MallardException FAILED_PRECONDITION with the path and what to do; a pattern that
   *     matches nothing yet is only warned about
   */
  static void check(List<Mount> mounts, Catalog catalog) {
    for (Mount mount : mounts) {
      requireThere(mount);
      catalog.problem(mount.name()).ifPresent(problem -> report(mount, problem));
    }
  }

  private static void requireThere(Mount mount) {
    if (URL.matcher(mount.source()).matches()) {
      throw cannotServe(
          mount,
          "it is a URL, and only files of this machine are served; copy it here, or mount it");
    }
    if (!mount.isPattern() && !Files.exists(path(mount))) {
      throw cannotServe(mount, "there is no such file or folder; check the path");
    }
  }

  private static Path path(Mount mount) {
    try {
      return Path.of(mount.source());
    } catch (InvalidPathException e) {
      throw cannotServe(mount, "it is no path; check it");
    }
  }

  private static void report(Mount mount, MallardException problem) {
    boolean isEmpty = problem.code() == ErrorCode.NOT_FOUND;
    if (isEmpty && mount.isPattern()) {
      LOG.warn("dataset '{}': nothing matches {} yet", mount.name(), mount.source());
      return;
    }
    throw cannotServe(
        mount,
        isEmpty
            ? "there is no Parquet or Feather file; name one, or a folder of Parquet files"
            : String.valueOf(problem.getMessage()));
  }

  private static MallardException cannotServe(Mount mount, String why) {
    return new MallardException(
        ErrorCode.FAILED_PRECONDITION,
        "cannot serve dataset '" + mount.name() + "' from " + mount.source() + ": " + why);
  }
}
