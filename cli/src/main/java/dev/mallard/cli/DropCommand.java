package dev.mallard.cli;

import dev.mallard.cli.io.Console;
import dev.mallard.cli.io.Question;
import dev.mallard.cli.io.Sizes;
import dev.mallard.cli.io.UsageException;
import dev.mallard.client.DatasetDetails;
import dev.mallard.client.MallardClient;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mallard drop}. */
@Command(
    name = "drop",
    description = {
      "Delete datasets and their previous versions.",
      "What a glob matches is listed first: on a terminal you are asked, in a script --yes must be"
          + " there. It never matches SQL tables: DROP TABLE drops those."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  mallard drop sales",
      "  mallard drop old_sales older_sales",
      "  mallard drop 'tmp/*' --yes"
    })
public final class DropCommand extends ClientCommand {
  @Parameters(
      arity = "1..*",
      paramLabel = "NAME",
      description = "Names of datasets, or globs such as 'tmp/*'.")
  private List<String> names = List.of();

  @Option(
      names = {"-y", "--yes"},
      description = "Drop what a glob matches without a question.")
  private boolean yes;

  DropCommand(Console console) {
    super(console);
  }

  @Override
  int run(MallardClient client) throws IOException {
    List<String> all =
        NameGlob.expand(client, names, info -> !DatasetDetails.of(info).isSqlTable());
    if (!yes && names.stream().anyMatch(NameGlob::isGlob) && !isMeant(all)) {
      console().err().println("nothing was dropped");
      return Failure.FAILED;
    }
    return new Several(this)
        .each(
            all,
            name -> {
              client.drop(name);
              console().err().println("dropped " + name);
            });
  }

  private boolean isMeant(List<String> all) throws IOException {
    String what = Sizes.count(all.size(), "dataset");
    all.forEach(name -> console().err().println("  " + name));
    if (!console().terminal().in() || !console().terminal().err()) {
      throw new UsageException(what + " would be dropped: add --yes, or name them");
    }
    return Question.isAnsweredYes(console(), "drop " + what + "?");
  }
}
