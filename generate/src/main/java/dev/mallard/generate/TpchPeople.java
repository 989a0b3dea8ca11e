package dev.mallard.generate;

import java.nio.charset.StandardCharsets;

/** What suppliers and customers have in common: where they are, and what they owe. */
final class TpchPeople {
  private static final int NATIONS = 25;
  private static final int FIRST_COUNTRY_CODE = 10;
  private static final int LETTER_BITS = 6;
  private static final int LETTERS_IN_LONG = 10;
  private static final byte[] LETTERS =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789, "
          .getBytes(StandardCharsets.US_ASCII);

  private final String prefix;
  private final RandomLane address;
  private final RandomLane nation;
  private final RandomLane phone;
  private final RandomLane balance;

  /**
   * @param prefix of the columns' names
   */
  TpchPeople(String prefix, long seed) {
    this.prefix = prefix;
    this.address = new RandomLane(seed, prefix + "_address");
    this.nation = new RandomLane(seed, prefix + "_nationkey");
    this.phone = new RandomLane(seed, prefix + "_phone");
    this.balance = new RandomLane(seed, prefix + "_acctbal");
  }

  Column address() {
    return Column.utf8(prefix + "_address", this::writeAddress);
  }

  Column nation() {
    return Column.int32(prefix + "_nationkey", row -> nation.below(row, NATIONS));
  }

  /** Begins with the nation's key plus 10. */
  Column phone() {
    return Column.utf8(prefix + "_phone", this::writePhone);
  }

  Column balance() {
    return Column.money(prefix + "_acctbal", row -> balance.between(row, -99_999, 999_999));
  }

  private void writeAddress(long row, TextWriter out) {
    long bits = address.bits(row);
    int length = 10 + RandomLane.reduce(bits, 31);
    for (int i = 0; i < length; i++) {
      if (i % LETTERS_IN_LONG == 0) {
        bits = RandomLane.more(bits);
      }
      out.put((char) LETTERS[(int) (bits >>> LETTER_BITS * (i % LETTERS_IN_LONG)) & 63]);
    }
  }

  private void writePhone(long row, TextWriter out) {
    long area = phone.bits(row);
    long exchange = RandomLane.more(area);
    long line = RandomLane.more(exchange);
    out.digits(FIRST_COUNTRY_CODE + nation.below(row, NATIONS), 2)
        .put('-')
        .digits(100 + RandomLane.reduce(area, 900), 3)
        .put('-')
        .digits(100 + RandomLane.reduce(exchange, 900), 3)
        .put('-')
        .digits(1_000 + RandomLane.reduce(line, 9_000), 4);
  }
}
