package dev.mallard.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the documents name exists. */
class DocumentsTest {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  /** Names of the field's own things that look like classes of ours. */
  private static final Set<String> FOREIGN =
      Set.of(
          "CancelFlightInfo",
          "FileFormatContract",
          "CliDocumentTest",
          "DoAction",
          "DoGet",
          "DoPut",
          "FlightClient",
          "FlightData",
          "FlightInfo",
          "FlightServer",
          "GetFlightInfo",
          "GetSchema",
          "ListFlights",
          "NewFormatTest",
          "PlainFlightTest",
          "PollFlightInfo",
          "ServeCommandTest");

  @ParameterizedTest
  @ValueSource(strings = {"ARCHITECTURE.md", "CONTRIBUTING.md"})
  void everyClassThatADocumentNamesExists(String document) throws IOException {
    Set<String> existing =
        new ClassFileImporter()
            .importPackages("dev.mallard").stream()
                .map(JavaClass::getSimpleName)
                .collect(Collectors.toSet());
    Set<String> missing = new TreeSet<>();
    Matcher code = Pattern.compile("`([^`]+)`").matcher(Files.readString(ROOT.resolve(document)));
    while (code.find()) {
      Matcher name = Pattern.compile("\\b[A-Z][a-z]+(?:[A-Z][a-z]+)+\\b").matcher(code.group(1));
      while (name.find()) {
        if (!existing.contains(name.group()) && !FOREIGN.contains(name.group())) {
          missing.add(name.group());
        }
      }
    }
    assertThat(missing).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"})
  void everyFileThatADocumentLinksToExists(String document) throws IOException {
    Matcher link =
        Pattern.compile("\\]\\((?!http)([^)#]+)").matcher(Files.readString(ROOT.resolve(document)));
    while (link.find()) {
      assertThat(ROOT.resolve(link.group(1))).exists();
    }
  }
}
