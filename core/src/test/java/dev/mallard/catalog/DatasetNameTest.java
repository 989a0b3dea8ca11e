package dev.mallard.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatasetNameTest {

  @Test
  void slashesAndSegmentsMeanTheSame() {
    DatasetName name = new DatasetName(List.of("my_app", "user_sessions"));
    assertThat(DatasetName.parse("my_app/user_sessions")).isEqualTo(name);
    assertThat(DatasetName.parse("/my_app/user_sessions")).isEqualTo(name);
    assertThat(DatasetName.parse(List.of("my_app", "user_sessions"))).isEqualTo(name);
    assertThat(DatasetName.parse(List.of("/my_app", "user_sessions"))).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sales",
        "sales.parquet",
        "größe",
        "col·lecció",
        "日本語",
        "a b",
        "100%",
        "x=1",
        "a.b.c",
        "~"
      })
  void ordinaryNamesAreFine(String name) {
    assertThat(DatasetName.parse(name)).hasToString(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "//etc/passwd",
        "..",
        "../x",
        "a/..",
        "a/../b",
        ".",
        "a/./b",
        "a//b",
        "a/",
        ".mallard/lock",
        ".hidden",
        "a/.b",
        "nul\0",
        "a\nb",
        "a\\b",
        "C:\\x",
        "%2e%2e",
        "a%2Fb",
        "%00",
        "%252e",
        "․․/x",
        "‥",
        "…",
        "a／b",
        "a∕b",
        "a⁄b",
        "＼x",
        "\u202Eevil",
        "\uFFFD",
        "\uD800"
      })
  void namesThatCouldMeanSomethingElseAreRefused(String name) {
    assertThatThrownBy(() -> DatasetName.parse(name))
        .isInstanceOfSatisfying(
            MallardException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
              assertThat(e).hasMessageStartingWith("dataset name '");
            });
  }

  @Test
  void anEmptyPathIsRefused() {
    assertThatThrownBy(() -> DatasetName.parse(List.of())).hasMessageContaining("is empty");
    assertThatThrownBy(() -> DatasetName.parse(List.of("a", "")))
        .hasMessageContaining("empty segment");
  }

  @Test
  void segmentsFitIntoAFileName() {
    assertThat(DatasetName.parse("x".repeat(247)).segments()).hasSize(1);
    assertThat(DatasetName.parse("x".repeat(247) + ".parquet").segments()).hasSize(1);
    DatasetName.parse("x".repeat(247)).requireRoomFor(".parquet");
    assertThatThrownBy(() -> DatasetName.parse("x".repeat(248)).requireRoomFor(".parquet"))
        .hasMessageContaining("248 bytes (at most 247");
    assertThat(DatasetName.parse("x".repeat(255)).segments()).hasSize(1);
    assertThatThrownBy(() -> DatasetName.parse("x".repeat(256)))
        .hasMessageContaining("256 bytes (at most 255)");
    assertThatThrownBy(() -> DatasetName.parse("ß".repeat(150))).hasMessageContaining("300 bytes");
    assertThatThrownBy(() -> DatasetName.parse("a/".repeat(40) + "b"))
        .hasMessageContaining("more than 32 segments");
  }

  @Test
  void aLongNameIsCutInItsMessage() {
    assertThatThrownBy(() -> DatasetName.parse("x".repeat(10_000))).message().hasSizeLessThan(200);
  }
}
