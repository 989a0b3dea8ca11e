package dev.mallard.server.tls;

import java.util.Locale;

/** By what clients may call a host: a name, or an address in figures. */
sealed interface HostName {
  String value();

  /** As keytool's {@code -ext san=} has it. */
  String forKeytool();

  /** Whether an entry of a certificate covers it. */
  boolean isCoveredBy(int kind, String entry);

  /** A name of the domain name system, in lower case. */
  record Dns(String value) implements HostName {
    static final int KIND = 2;

    @Override
    public String forKeytool() {
      return "dns:" + value;
    }

    @Override
    public boolean isCoveredBy(int kind, String entry) {
      if (kind != KIND) {
        return false;
      }
      String pattern = entry.toLowerCase(Locale.ROOT);
      int dot = value.indexOf('.');
      return pattern.equals(value)
          || (dot > 0
              && pattern.startsWith("*.")
              && pattern.substring(1).equals(value.substring(dot)));
    }
  }

  /** An address, as Java writes it. */
  record Address(String value) implements HostName {
    static final int KIND = 7;

    @Override
    public String forKeytool() {
      return "ip:" + value;
    }

    @Override
    public boolean isCoveredBy(int kind, String entry) {
      return kind == KIND && entry.equals(value);
    }
  }
}
