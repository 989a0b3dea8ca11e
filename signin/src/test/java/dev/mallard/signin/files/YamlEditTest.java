package dev.mallard.signin.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mallard.access.Role;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class YamlEditTest {
  private static final String ODD =
      "ab Z09:#-_'\"{}[],&*!|>%@`\\/~?=.äß漢😀\u00a0yesnull true<<\n\t\r\u0007\u0085\u2028\ufeff\u0000";

  @Test
  void whateverIsWrittenIsRead() throws Exception {
    Random random = new Random(7);
    for (int round = 0; round < 150; round++) {
      Map<String, TokenEntry> entries = new LinkedHashMap<>();
      String text = random.nextBoolean() ? "" : "# a comment\n\n";
      for (int step = 0; step < 6; step++) {
        Map<String, TokenEntry> changed = new LinkedHashMap<>(entries);
        List<String> ids = new ArrayList<>(changed.keySet());
        if (!ids.isEmpty() && random.nextInt(3) == 0) {
          changed.remove(ids.get(random.nextInt(ids.size())));
        } else {
          TokenEntry token = token(random);
          changed.put(token.id(), token);
        }
        text = YamlEdit.apply(EntryFormats.TOKENS, text, changed);
        assertThat(EntryFormats.TOKENS.parse(text)).as(text).isEqualTo(changed);
        entries = changed;
      }
    }
  }

  private static TokenEntry token(Random random) {
    return new TokenEntry(
        "t" + random.nextInt(5),
        odd(random),
        "0123456789abcdef".repeat(4),
        random.nextBoolean() ? Optional.empty() : Optional.of(Role.READ_ONLY),
        Instant.ofEpochSecond(random.nextInt()),
        Optional.empty(),
        random.nextBoolean()
            ? Optional.empty()
            : Optional.of(Instant.ofEpochMilli(random.nextInt())),
        random.nextBoolean() ? Optional.empty() : Optional.of(odd(random)));
  }

  private static String odd(Random random) {
    int[] points = ODD.codePoints().toArray();
    StringBuilder text = new StringBuilder();
    for (int length = 1 + random.nextInt(12); length > 0; length--) {
      text.appendCodePoint(points[random.nextInt(points.length)]);
    }
    return text.toString();
  }

  @Test
  void namesOfUsersMayBeOddToo() throws Exception {
    Random random = new Random(8);
    String text = "";
    Map<String, UserEntry> users = new LinkedHashMap<>();
    for (int i = 0; i < 200; i++) {
      String name = odd(random);
      try {
        UserEntry.requireName(name, false);
      } catch (dev.mallard.error.MallardException e) {
        continue;
      }
      users.put(name, new UserEntry(name, Optional.empty(), List.of(odd(random)), i % 2 == 0));
      text = YamlEdit.apply(EntryFormats.USERS, text, users);
      assertThat(EntryFormats.USERS.parse(text)).isEqualTo(users);
    }
    assertThat(users).hasSizeGreaterThan(50);
  }

  @Test
  void oneEntryChangesAndTheRestStaysWithItsComments() throws Exception {
    String text =
        """
        # those of the house
        alice:   # she
          roles: [admin]

        # the night shift
        bob: {disabled: true}
        carol:
        # the end
        """;
    Map<String, UserEntry> users = EntryFormats.USERS.parse(text);
    users.put("alice", new UserEntry("alice", Optional.empty(), List.of(), true));
    users.remove("carol");
    users.put("dave", new UserEntry("dave", Optional.empty(), List.of("full"), false));

    assertThat(YamlEdit.apply(EntryFormats.USERS, text, users))
        .isEqualTo(
            """
            # those of the house
            alice:
              disabled: true

            # the night shift
            bob: {disabled: true}
            # the end
            dave:
              roles:
              - "full"
            """);
  }

  @Test
  void whatIsWrittenInOneLineIsWrittenAnew() throws Exception {
    String text = "{alice: {disabled: true}, bob: }\n";
    Map<String, UserEntry> users = EntryFormats.USERS.parse(text);
    users.remove("alice");
    assertThat(EntryFormats.USERS.parse(YamlEdit.apply(EntryFormats.USERS, text, users)))
        .isEqualTo(users);
  }
}
