package dev.mallard.flight.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mallard.testing.LeakCheckedAllocator;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.flight.sql.impl.FlightSql;
import org.apache.arrow.vector.complex.DenseUnionVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SqlInfoAnswersTest {
  @RegisterExtension final LeakCheckedAllocator memory = new LeakCheckedAllocator();

  /** By code. */
  private Map<Integer, Object> infos(Integer... codes) throws IOException {
    FixedMetadata metadata = new FixedMetadata(List.of(), List.of(), List.of(), List.of());
    Map<Integer, Object> infos = new HashMap<>();
    new Answers(metadata, memory.get())
        .batches(
            new FlightSqlCommand.SqlInfo(Set.of(codes)),
            root -> {
              DenseUnionVector values = (DenseUnionVector) root.getVector(1);
              for (int row = 0; row < root.getRowCount(); row++) {
                Object value = values.getObject(row);
                infos.put(
                    (Integer) root.getVector(0).getObject(row),
                    value instanceof Number || value instanceof Boolean || value == null
                        ? value
                        : value.toString());
              }
            });
    return infos;
  }

  @Test
  void everyCodeOfTheSpecificationIsAnswered() throws IOException {
    List<Integer> all =
        Arrays.stream(FlightSql.SqlInfo.values())
            .filter(code -> code != FlightSql.SqlInfo.UNRECOGNIZED)
            .map(FlightSql.SqlInfo::getNumber)
            .toList();

    assertThat(infos().keySet()).containsExactlyInAnyOrderElementsOf(all);
  }

  @Test
  void onlyWhatIsAskedForIsAnswered() throws IOException {
    assertThat(infos(0, 8, 4711)).isEqualTo(Map.of(0, "Mallard", 8, 1));
  }

  @Test
  void valuesHaveTheTypesThatClientsRead() throws IOException {
    Map<Integer, Object> infos = infos();

    assertThat(infos.get(FlightSql.SqlInfo.FLIGHT_SQL_SERVER_VERSION_VALUE)).isEqualTo("1.2.3");
    assertThat(infos.get(FlightSql.SqlInfo.FLIGHT_SQL_SERVER_READ_ONLY_VALUE)).isEqualTo(false);
    assertThat(infos.get(FlightSql.SqlInfo.FLIGHT_SQL_SERVER_SUBSTRAIT_MIN_VERSION_VALUE)).isNull();
    assertThat(infos.get(FlightSql.SqlInfo.FLIGHT_SQL_SERVER_STATEMENT_TIMEOUT_VALUE))
        .isEqualTo(300_000);
    assertThat(infos.get(FlightSql.SqlInfo.SQL_MAX_TABLE_NAME_LENGTH_VALUE)).isEqualTo(0L);
    assertThat(infos.get(FlightSql.SqlInfo.SQL_DEFAULT_TRANSACTION_ISOLATION_VALUE)).isEqualTo(3L);
    assertThat(infos.get(FlightSql.SqlInfo.SQL_NULL_ORDERING_VALUE)).isEqualTo(3);
    assertThat(infos.get(FlightSql.SqlInfo.SQL_KEYWORDS_VALUE))
        .isEqualTo("[\"ANALYSE\",\"QUALIFY\"]");
    assertThat(infos.get(FlightSql.SqlInfo.SQL_STRING_FUNCTIONS_VALUE))
        .isEqualTo("[\"lower\",\"upper\"]");
    assertThat(infos.get(FlightSql.SqlInfo.SQL_SUPPORTS_CONVERT_VALUE).toString())
        .contains("{\"key\":0,\"value\":[0,2,3,5,6,7,11,12,13,14,17,19]}");
  }
}
