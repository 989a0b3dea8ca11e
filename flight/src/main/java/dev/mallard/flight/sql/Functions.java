package dev.mallard.flight.sql;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Sorts the engine's functions into the groups that clients ask for. The engine itself does not
 * know groups, so the names are listed here; one that the engine does not have is never answered.
 */
final class Functions {
  private static final Set<String> NUMERIC =
      words(
          """
          abs acos acosh add asin asinh atan atan2 atanh bit_count cbrt ceil ceiling cos cosh cot
          degrees divide even exp factorial fdiv floor fmod gamma gcd greatest_common_divisor
          isfinite isinf isnan lcm least_common_multiple lgamma ln log log10 log2 mod multiply
          nextafter pi pow power radians random round round_even roundbankers setseed sign signbit
          sin sinh sqrt subtract tan tanh trunc xor
          """);

  private static final Set<String> TEXT =
      words(
          """
          array_extract ascii bar base64 bin chr concat concat_ws contains damerau_levenshtein
          editdist3 ends_with format format_bytes formatReadableDecimalSize formatReadableSize
          from_base64 from_binary from_hex greatest hamming hash hex instr jaccard
          jaro_similarity jaro_winkler_similarity lcase least left left_grapheme len length
          length_grapheme levenshtein like_escape lower lpad ltrim md5 md5_number mismatches
          nfc_normalize not_ilike_escape not_like_escape ord parse_dirname parse_dirpath
          parse_filename parse_path position prefix printf regexp_escape regexp_extract
          regexp_extract_all regexp_full_match regexp_matches regexp_replace regexp_split_to_array
          regexp_split_to_table repeat replace reverse right right_grapheme rpad rtrim sha1 sha256
          split split_part starts_with str_split str_split_regex string_split string_split_regex
          string_to_array strip_accents strlen strpos substr substring substring_grapheme suffix
          to_base to_base64 to_binary to_hex translate trim ucase unbin unhex unicode upper
          url_decode url_encode
          """);

  private static final Set<String> SYSTEM =
      words(
          """
          coalesce current_catalog current_database current_query current_role current_schema
          current_schemas current_setting current_user error gen_random_uuid ifnull inet_client_addr
          nullif session_user txid_current typeof user uuid uuidv4 uuidv7 version
          """);

  private static final Set<String> TIME =
      words(
          """
          age century current_date current_localtime current_localtimestamp current_time
          current_timestamp date_add date_diff date_part date_sub date_trunc datediff datepart
          datesub datetrunc day dayname dayofmonth dayofweek dayofyear decade epoch epoch_ms
          epoch_ns epoch_us era extract get_current_time get_current_timestamp hour isodow isoyear
          julian last_day localtime localtimestamp make_date make_time make_timestamp
          make_timestamp_ns make_timestamptz microsecond millennium millisecond minute month
          monthname nanosecond now quarter second strftime strptime time_bucket timezone
          timezone_hour timezone_minute to_centuries to_days to_decades to_hours to_microseconds
          to_millennia to_milliseconds to_minutes to_months to_quarters to_seconds to_timestamp
          to_weeks to_years today transaction_timestamp try_strptime week weekday weekofyear year
          yearweek
          """);

  private Functions() {}

  private static Set<String> words(String text) {
    return Arrays.stream(text.split("\\s+"))
        .filter(word -> !word.isEmpty())
        .collect(Collectors.toUnmodifiableSet());
  }

  static List<String> numeric(List<String> functions) {
    return those(functions, NUMERIC);
  }

  static List<String> text(List<String> functions) {
    return those(functions, TEXT);
  }

  static List<String> system(List<String> functions) {
    return those(functions, SYSTEM);
  }

  static List<String> time(List<String> functions) {
    return those(functions, TIME);
  }

  private static List<String> those(List<String> functions, Set<String> group) {
    return functions.stream().filter(group::contains).distinct().sorted().toList();
  }
}
