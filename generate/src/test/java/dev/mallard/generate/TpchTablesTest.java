package dev.mallard.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules of the TPC-H specification, clauses 1.4 and 4.2.3, asked of DuckDB. */
class TpchTablesTest {
  @TempDir static Path folder;
  private static TpchDatabase database;

  @BeforeAll
  static void generate() throws Exception {
    database = TpchDatabase.create(folder, 0.01, 7);
  }

  @AfterAll
  static void close() throws Exception {
    database.close();
  }

  @ParameterizedTest
  @CsvSource({
    "region,5",
    "nation,25",
    "supplier,100",
    "customer,1500",
    "part,2000",
    "partsupp,8000",
    "orders,15000"
  })
  void cardinalitiesFollowTheScaleFactor(String table, String rows) throws Exception {
    assertThat(database.query("SELECT count(*) FROM " + table)).containsExactly(rows);
  }

  @Test
  void anOrderHasOneToSevenLinesEachAboutEquallyOften() throws Exception {
    List<String> counts =
        database.query(
            """
            SELECT lines, count(*) BETWEEN 2142 AND 2143, sum(gaps) FROM (
              SELECT count(*) AS lines, max(l_linenumber) - count(*) AS gaps
              FROM lineitem GROUP BY l_orderkey)
            GROUP BY lines ORDER BY lines""");

    assertThat(counts)
        .containsExactly(
            "1|true|0", "2|true|0", "3|true|0", "4|true|0", "5|true|0", "6|true|0", "7|true|0");
  }

  @ParameterizedTest
  @CsvSource({
    "region,r_regionkey",
    "nation,n_nationkey",
    "supplier,s_suppkey",
    "customer,c_custkey",
    "part,p_partkey",
    "orders,o_orderkey",
    "partsupp,'ps_partkey, ps_suppkey'",
    "lineitem,'l_orderkey, l_linenumber'"
  })
  void keysAreUnique(String table, String key) throws Exception {
    assertNone("SELECT %s FROM %s GROUP BY ALL HAVING count(*) > 1".formatted(key, table));
  }

  @ParameterizedTest
  @CsvSource({
    "nation,n_regionkey,region,r_regionkey",
    "supplier,s_nationkey,nation,n_nationkey",
    "customer,c_nationkey,nation,n_nationkey",
    "partsupp,ps_partkey,part,p_partkey",
    "partsupp,ps_suppkey,supplier,s_suppkey",
    "orders,o_custkey,customer,c_custkey",
    "lineitem,l_orderkey,orders,o_orderkey",
    "orders,o_orderkey,lineitem,l_orderkey",
    "lineitem,'l_partkey, l_suppkey',partsupp,'ps_partkey, ps_suppkey'"
  })
  void whatIsReferredToExists(String table, String key, String other, String otherKey)
      throws Exception {
    assertNone("SELECT %s FROM %s EXCEPT SELECT %s FROM %s".formatted(key, table, otherKey, other));
  }

  @Test
  void suppliersOfAPartFollowTheFormula() throws Exception {
    assertNone(
        """
        SELECT p_partkey, (p_partkey + i * (100 // 4 + (p_partkey - 1) // 100)) % 100 + 1
        FROM part, range(4) AS r(i)
        EXCEPT SELECT ps_partkey, ps_suppkey FROM partsupp""");
  }

  @Test
  void ofThirtyTwoOrderKeysEightAreUsed() throws Exception {
    assertThat(database.query("SELECT DISTINCT o_orderkey % 32 FROM orders ORDER BY 1"))
        .containsExactly("0", "1", "2", "3", "4", "5", "6", "7");
    assertThat(database.query("SELECT min(o_orderkey), max(o_orderkey) FROM orders"))
        .containsExactly("1|60000");
  }

  @Test
  void aThirdOfTheCustomersHasNoOrders() throws Exception {
    assertNone("SELECT 1 FROM orders WHERE o_custkey % 3 = 0");
    List<String> ordering = database.query("SELECT count(DISTINCT o_custkey) FROM orders");
    assertThat(Integer.parseInt(ordering.get(0))).isBetween(990, 1000);
  }

  @Test
  void datesFollowEachOther() throws Exception {
    assertNone(
        """
        SELECT 1 FROM lineitem JOIN orders ON o_orderkey = l_orderkey
        WHERE l_shipdate - o_orderdate NOT BETWEEN 1 AND 121
          OR l_commitdate - o_orderdate NOT BETWEEN 30 AND 90
          OR l_receiptdate - l_shipdate NOT BETWEEN 1 AND 30
          OR o_orderdate NOT BETWEEN DATE '1992-01-01' AND DATE '1998-08-02'""");
  }

  @Test
  void flagsAndStatusFollowTheCurrentDate() throws Exception {
    assertNone(
        """
        SELECT 1 FROM lineitem
        WHERE (l_linestatus = 'O') <> (l_shipdate > DATE '1995-06-17')
          OR (l_returnflag = 'N') <> (l_receiptdate > DATE '1995-06-17')""");
    assertNone(
        """
        SELECT o_orderkey FROM orders JOIN lineitem ON l_orderkey = o_orderkey
        GROUP BY o_orderkey, o_orderstatus
        HAVING o_orderstatus <> CASE WHEN min(l_linestatus) <> max(l_linestatus) THEN 'P'
          ELSE min(l_linestatus) END""");
    assertThat(
            database.query(
                "SELECT DISTINCT l_returnflag || l_linestatus FROM lineitem ORDER BY ALL"))
        .containsExactly("AF", "NF", "NO", "RF");
  }

  @Test
  void pricesAgree() throws Exception {
    assertNone(
        """
        SELECT 1 FROM lineitem JOIN part ON p_partkey = l_partkey
        WHERE l_extendedprice <> l_quantity * p_retailprice""");
    assertNone(
        """
        SELECT 1 FROM orders JOIN lineitem ON l_orderkey = o_orderkey
        GROUP BY o_orderkey, o_totalprice
        HAVING round(sum(l_extendedprice * (1 + l_tax) * (1 - l_discount)), 2) <> o_totalprice""");
    assertThat(database.query("SELECT p_retailprice FROM part WHERE p_partkey IN (1, 1999)"))
        .containsExactly("901.00", "1900.99");
  }

  @ParameterizedTest
  @CsvSource({
    "lineitem,l_quantity,1.00,50.00",
    "lineitem,l_discount,0.00,0.10",
    "lineitem,l_tax,0.00,0.08",
    "part,p_size,1,50"
  })
  void numbersReachBothEndsOfTheirDomains(String table, String column, String min, String max)
      throws Exception {
    assertThat(database.query("SELECT min(%1$s), max(%1$s) FROM %2$s".formatted(column, table)))
        .containsExactly(min + "|" + max);
  }

  @ParameterizedTest
  @CsvSource({
    "partsupp,ps_availqty,1,9999",
    "partsupp,ps_supplycost,1,1000",
    "supplier,s_acctbal,-999.99,9999.99",
    "customer,c_acctbal,-999.99,9999.99"
  })
  void numbersStayInTheirDomains(String table, String column, String min, String max)
      throws Exception {
    assertNone(
        "SELECT 1 FROM %s WHERE %s NOT BETWEEN %s AND %s".formatted(table, column, min, max));
  }

  @ParameterizedTest
  @CsvSource({
    "customer,c_mktsegment,5",
    "orders,o_orderpriority,5",
    "lineitem,l_shipinstruct,4",
    "lineitem,l_shipmode,7",
    "part,p_mfgr,5",
    "part,p_brand,25",
    "part,p_type,150",
    "part,p_container,40",
    "supplier,s_nationkey,25",
    "customer,c_nationkey,25"
  })
  void allWordsAreUsed(String table, String column, String count) throws Exception {
    assertThat(database.query("SELECT count(DISTINCT %s) FROM %s".formatted(column, table)))
        .containsExactly(count);
  }

  @ParameterizedTest
  @CsvSource({
    "region,r_comment,31,115", "nation,n_comment,31,114", "supplier,s_comment,25,100",
    "customer,c_comment,29,116", "part,p_comment,5,22", "partsupp,ps_comment,49,198",
    "orders,o_comment,19,78", "lineitem,l_comment,10,43", "supplier,s_address,10,40",
    "customer,c_address,10,40"
  })
  void textIsAsLongAsItMayBe(String table, String column, String min, String max) throws Exception {
    assertNone(
        "SELECT %2$s FROM %1$s WHERE length(%2$s) NOT BETWEEN %3$s AND %4$s"
            .formatted(table, column, min, max));
  }

  @Test
  void textHasItsForm() throws Exception {
    assertNone(
        """
        SELECT c_phone FROM customer
        WHERE NOT regexp_full_match(c_phone, '[123][0-9](-[1-9][0-9]{2}){2}-[1-9][0-9]{3}')
          OR left(c_phone, 3) <> (c_nationkey + 10)::VARCHAR || '-'""");
    assertNone("SELECT p_name FROM part WHERE len(list_distinct(string_split(p_name, ' '))) <> 5");
    assertThat(
            database.query(
                "SELECT count(DISTINCT word)"
                    + " FROM (SELECT unnest(string_split(p_name, ' ')) AS word FROM part)"))
        .containsExactly("92");
    assertNone("SELECT 1 FROM part WHERE substr(p_mfgr, 14, 1) <> substr(p_brand, 7, 1)");
    assertThat(
            database.query(
                "SELECT s_name, (SELECT c_name FROM customer WHERE c_custkey = 1500)"
                    + " FROM supplier WHERE s_suppkey = 7"))
        .containsExactly("Supplier#000000007|Customer#000001500");
  }

  @Test
  void nationsAreInTheirRegions() throws Exception {
    assertThat(
            database.query(
                """
                SELECT r_name, string_agg(n_name, ', ' ORDER BY n_name)
                FROM nation JOIN region ON r_regionkey = n_regionkey GROUP BY ALL ORDER BY ALL"""))
        .containsExactly(
            "AFRICA|ALGERIA, ETHIOPIA, KENYA, MOROCCO, MOZAMBIQUE",
            "AMERICA|ARGENTINA, BRAZIL, CANADA, PERU, UNITED STATES",
            "ASIA|CHINA, INDIA, INDONESIA, JAPAN, VIETNAM",
            "EUROPE|FRANCE, GERMANY, ROMANIA, RUSSIA, UNITED KINGDOM",
            "MIDDLE EAST|EGYPT, IRAN, IRAQ, JORDAN, SAUDI ARABIA");
  }

  @Test
  void columnsHaveTheTypesOfTheSpecification() throws Exception {
    assertThat(
            database.query(
                "SELECT string_agg(column_name || ' ' || lower(column_type), ', ')"
                    + " FROM (DESCRIBE lineitem)"))
        .containsExactly(
            "l_orderkey bigint, l_partkey bigint, l_suppkey bigint, l_linenumber integer,"
                + " l_quantity decimal(15,2), l_extendedprice decimal(15,2), l_discount"
                + " decimal(15,2), l_tax decimal(15,2), l_returnflag varchar, l_linestatus"
                + " varchar, l_shipdate date, l_commitdate date, l_receiptdate date,"
                + " l_shipinstruct varchar, l_shipmode varchar, l_comment varchar");
  }

  private static void assertNone(String sql) throws Exception {
    assertThat(database.query(sql + " LIMIT 5")).isEmpty();
  }
}
