package dev.mallard.cli.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SecretArgumentsTest {
  @Test
  void onlyTheSecretIsTakenOut() {
    assertThat(
            SecretArguments.hide(
                "Unknown option: '--tokn', 'x', and 's3cret' of grpc://ada:qu4ck@h",
                "--token",
                "s3cret",
                "x",
                "grpc://ada:qu4ck@h"))
        .isEqualTo("Unknown option: '--tokn', 'x', and '…' of grpc://…@h");
    assertThat(SecretArguments.hide("unmatched: 'ada:pw', 'y'", "--user", "ada:pw", "y"))
        .isEqualTo("unmatched: 'ada:…', 'y'");
    assertThat(SecretArguments.hide("--token needs a value", "--token", "--uri"))
        .isEqualTo("--token needs a value");
  }

  /** Whatever stands on the command line, in whatever order, and is repeated. */
  @Test
  void noSecretIsRepeated() {
    Random random = new Random(10);
    String signs = "@:/?#[]%+ '\"$\\.*(){}=-,ä€";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder middle = new StringBuilder();
      for (int n = random.nextInt(8); n > 0; n--) {
        middle.append(signs.charAt(random.nextInt(signs.length())));
      }
      String secret = "Zq" + middle + "Xw";
      List<List<String>> parts =
          new ArrayList<>(
              List.of(
                  List.of("--token", secret),
                  List.of("--token=" + secret),
                  List.of("--password=" + secret),
                  List.of("--user", "ada:" + secret),
                  List.of("--user=ada:" + secret),
                  List.of("--uri", "grpc://ada:" + secret + "@host:1"),
                  List.of("--uri=grpc+tls://ada:" + secret + "@host"),
                  List.of("--port", "x"),
                  List.of("sales")));
      Collections.shuffle(parts, random);
      String[] arguments =
          parts.stream().limit(1 + random.nextInt(5)).flatMap(List::stream).toArray(String[]::new);
      String message = "Unmatched arguments: '" + String.join("', '", arguments) + "'";

      assertThat(SecretArguments.hide(message, arguments)).doesNotContain("Zq", "Xw");
    }
  }
}
