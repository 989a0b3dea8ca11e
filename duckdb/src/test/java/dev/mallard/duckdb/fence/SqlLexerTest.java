package dev.mallard.duckdb.fence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SqlLexerTest {
  private static List<String> tokens(String sql) {
    return SqlLexer.of(sql).stream().map(token -> token.kind() + " " + token.text()).toList();
  }

  @Test
  void wordsNumbersAndSymbolsAreCutApart() {
    assertThat(tokens("SELECT a1, 1.5e3<>b_$"))
        .containsExactly(
            "WORD SELECT",
            "WORD a1",
            "SYMBOL ,",
            "NUMBER 1",
            "SYMBOL .",
            "NUMBER 5e3",
            "SYMBOL <",
            "SYMBOL >",
            "WORD b_$");
  }

  @Test
  void quotesAreTakenOff() {
    assertThat(tokens("'it''s' \"a\"\"b\" \"SELECT\" `a``'b`"))
        .containsExactly("STRING it's", "QUOTED a\"b", "QUOTED SELECT", "QUOTED a`'b");
  }

  @Test
  void onlyEscapeStringsHaveBackslashes() {
    assertThat(tokens("'a\\' b")).containsExactly("STRING a\\", "WORD b");
    assertThat(tokens("E'a\\' b'")).containsExactly("WORD E", "STRING a' b");
    assertThat(tokens("type'a\\' b")).containsExactly("WORD type", "STRING a\\", "WORD b");
  }

  @Test
  void dollarQuotesEndAtTheirOwnTag() {
    assertThat(tokens("$$a'b$$ c")).containsExactly("STRING a'b", "WORD c");
    assertThat(tokens("$x$a$$b$y$c$x$ d")).containsExactly("STRING a$$b$y$c", "WORD d");
    assertThat(tokens("$1 + $2"))
        .containsExactly("SYMBOL $", "NUMBER 1", "SYMBOL +", "SYMBOL $", "NUMBER 2");
  }

  @Test
  void commentsAndSpacesOfAllKindsSeparate() {
    assertThat(tokens("a--b\nc/*d/*e*/f*/g\u00a0h\u3000i\u200bj\ufeffk"))
        .containsExactly("WORD a", "WORD c", "WORD g", "WORD h", "WORD i", "WORD j", "WORD k");
  }

  @Test
  void whatIsNotClosedRunsToTheEnd() {
    assertThat(tokens("a 'b c")).containsExactly("WORD a", "STRING b c");
    assertThat(tokens("a \"b c")).containsExactly("WORD a", "QUOTED b c");
    assertThat(tokens("a $$b c")).containsExactly("WORD a", "STRING b c");
    assertThat(tokens("a /* b")).containsExactly("WORD a");
  }
}
