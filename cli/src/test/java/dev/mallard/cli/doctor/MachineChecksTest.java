package dev.mallard.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MachineChecksTest {
  private static Finding java(String version, @Nullable String why) {
    return MachineChecks.java(Runtime.Version.parse(version), "Nobody, /opt/jdk", why);
  }

  @Test
  void itIsSaidWhichJavaItIsAndWhy() {
    Finding newest = java("25.0.1", "JAVA_HOME; the newest of 2 found");

    assertThat(newest.level()).isEqualTo(Finding.Level.OK);
    assertThat(newest.said())
        .isEqualTo("Java 25.0.1 (JAVA_HOME; the newest of 2 found) of Nobody, /opt/jdk");
    assertThat(java("25.0.1", null).said()).contains("(started without the launcher)");
  }

  @Test
  void anOlderOneIsWellButItsCostIsSaid() {
    Finding older = java("21.0.4", "PATH; the only one found");

    assertThat(older.level()).isEqualTo(Finding.Level.OK);
    assertThat(older.said()).contains("with a JDK 25 or later a server is fast sooner");
  }

  @Test
  void oneThatIsTooOldIsAFailure() {
    Finding old = java("11.0.2", "MALLARD_JAVA_HOME");

    assertThat(old.level()).isEqualTo(Finding.Level.FAILURE);
    assertThat(old.said()).endsWith("install a JDK 17 or later, or set JAVA_HOME");
  }
}
