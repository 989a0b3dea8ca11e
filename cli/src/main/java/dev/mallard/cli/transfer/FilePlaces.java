package dev.mallard.cli.transfer;

import dev.mallard.cli.output.OutputFormat;
import dev.mallard.error.MallardException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** Names files in a folder after datasets, each file once. Not thread-safe. */
public final class FilePlaces {
  private final Path folder;
  private final Set<Path> taken = new HashSet<>();

  public FilePlaces(Path folder) {
    this.folder = folder;
  }

  /**
   * The file of a dataset: in folders as its name has them, with the format's extension in place of
   * another format's.
   *
   * @throws MallardException INVALID_ARGUMENT for a name that would leave the folder: names are the
   *     server's
   */
  public Path of(String dataset, OutputFormat format) {
    String name = dataset.startsWith("/") ? dataset.substring(1) : dataset;
    boolean fits = OutputFormat.ofFile(name).filter(format::equals).isPresent();
    if (fits && taken.add(inside(name, dataset))) {
      return inside(name, dataset);
    }
    boolean other = OutputFormat.ofFile(name).isPresent();
    String base = other ? name.substring(0, name.lastIndexOf('.')) : name;
    Path file = inside(base + "." + format.extension(), dataset);
    if (!taken.add(file)) {
      file = inside(name + "." + format.extension(), dataset);
      taken.add(file);
    }
    return file;
  }

  private Path inside(String name, String dataset) {
    try {
      Path relative = Path.of(name);
      Path file = folder.resolve(relative);
      boolean stays =
          !relative.isAbsolute()
              && !name.contains("\\")
              && relative.normalize().equals(relative)
              && !relative.startsWith("..")
              && !relative.toString().isEmpty();
      if (stays) {
        return file;
      }
    } catch (InvalidPathException e) {
      // Said below.
    }
    throw MallardException.invalid(
        "dataset '" + dataset + "': no file can have this name; get it alone, with -o FILE");
  }
}
