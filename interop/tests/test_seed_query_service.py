"""The DuckDB query service's client, as its README describes it, against `mallard serve --parquet-path`."""

import argparse

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.csv as csv
import pyarrow.flight as flight
import pyarrow.parquet as pq
import pytest

from conftest import serving

FILTER = "SELECT * FROM dataset WHERE category = 'A' LIMIT 1000"
AGGREGATION = """SELECT category,
       COUNT(*) as count,
       AVG(value1) as avg_value1,
       SUM(value2) as sum_value2
FROM dataset
GROUP BY category"""
DATES = """SELECT * FROM dataset
WHERE date BETWEEN '2020-01-01' AND '2020-01-31'"""
ANALYSIS = """SELECT
  category,
  DATE_TRUNC('month', date) as month,
  COUNT(*) as count,
  AVG(value1) as avg_value1,
  SUM(CASE WHEN active THEN 1 ELSE 0 END) as active_count
FROM dataset
GROUP BY category, DATE_TRUNC('month', date)
ORDER BY month, category"""


class SeedClient:
    """`client.py`: FlightInfo of an SQL command, then the first endpoint's ticket."""

    def __init__(self, host, port):
        self.client = flight.FlightClient(f"grpc://{host}:{port}")

    def execute_query(self, query):
        info = self.client.get_flight_info(flight.FlightDescriptor.for_command(query.encode("utf-8")))
        reader = self.client.do_get(info.endpoints[0].ticket)
        table = reader.read_all()
        assert info.schema == table.schema
        return table


def seed_main(arguments):
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="localhost")
    parser.add_argument("--port", type=int, default=8815)
    parser.add_argument("--query", required=True)
    parser.add_argument("--output-format", choices=["csv", "parquet", "display"], default="display")
    parser.add_argument("--output-path")
    options = parser.parse_args(arguments)
    table = SeedClient(options.host, options.port).execute_query(options.query)
    if options.output_format == "csv":
        csv.write_csv(table, options.output_path or "query_results.csv")
    elif options.output_format == "parquet":
        pq.write_table(table, options.output_path or "query_results.parquet")
    else:
        print(table.to_pandas().head(10))


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """As `generate_sample_data.py`: ids, dates, categories, normal and exponential values, flags, strings."""
    rows = 100_000
    random = np.random.default_rng(7)
    days = np.datetime64("2019-06-01", "us") + random.integers(0, 600, rows) * np.timedelta64(1, "D")
    table = pa.table({
        "id": np.arange(rows),
        "date": days,
        "category": random.choice(list("ABCD"), rows),
        "value1": random.normal(100, 15, rows),
        "value2": random.exponential(50, rows),
        "active": random.random(rows) < 0.7,
        "name": [f"Item_{i}" for i in range(rows)],
    })
    path = tmp_path_factory.mktemp("sample") / "sample_data.parquet"
    pq.write_table(table, path)
    return path


@pytest.fixture(scope="module")
def service(sample):
    with serving("--host", "localhost", "--parquet-path", sample) as running:
        yield running


@pytest.fixture(scope="module")
def port(service):
    return int(service.uri.rsplit(":", 1)[1])


def expected(sample, query):
    connection = duckdb.connect()
    connection.execute(f"CREATE VIEW dataset AS SELECT * FROM parquet_scan('{sample}')")
    return connection.sql(query).to_arrow_table()


def rows(table):
    """Sums of doubles depend on the order of adding, so they are compared to 9 digits."""
    return [tuple(f"{v:.8e}" if isinstance(v, float) else v for v in row.values()) for row in table.to_pylist()]


@pytest.mark.parametrize("query", [AGGREGATION, DATES], ids=["aggregation", "dates"])
def test_answers_are_duckdbs(sample, port, query):
    actual = SeedClient("localhost", port).execute_query(query)
    wanted = expected(sample, query)
    assert actual.schema.equals(wanted.schema)
    assert len(actual) > 0 and sorted(rows(actual)) == sorted(rows(wanted))


def test_ordered_answers_come_in_that_order(sample, port):
    actual = SeedClient("localhost", port).execute_query(ANALYSIS)
    wanted = expected(sample, ANALYSIS)
    assert actual.schema.equals(wanted.schema)
    assert rows(actual) == rows(wanted)


def test_a_limit_takes_any_rows_that_fit(sample, port):
    actual = SeedClient("localhost", port).execute_query(FILTER)
    wanted = set(rows(expected(sample, FILTER.replace("LIMIT 1000", ""))))
    assert len(actual) == 1000 and set(rows(actual)) <= wanted and len(set(rows(actual))) == 1000


def test_the_clients_three_outputs(sample, port, tmp_path, capsys):
    query = ["--port", str(port), "--query", ANALYSIS, "--output-format"]
    seed_main([*query, "csv", "--output-path", str(tmp_path / "r.csv")])
    seed_main([*query, "parquet", "--output-path", str(tmp_path / "r.parquet")])
    seed_main([*query, "display"])
    wanted = expected(sample, ANALYSIS)
    assert csv.read_csv(tmp_path / "r.csv").num_rows == len(wanted)
    assert rows(pq.read_table(tmp_path / "r.parquet")) == rows(wanted)
    assert "active_count" in capsys.readouterr().out


def test_a_bad_query_is_told_with_duckdbs_words(port):
    with pytest.raises(pa.ArrowInvalid, match='Referenced column "nonsense" not found'):
        SeedClient("localhost", port).execute_query("SELECT nonsense FROM dataset")
    with pytest.raises(pa.ArrowInvalid, match="Parser Error"):
        SeedClient("localhost", port).execute_query("SELECT FROM WHERE")
    with pytest.raises(pa.ArrowInvalid, match="no statement begins with 'SELEC'"):
        SeedClient("localhost", port).execute_query("SELEC 1")


def test_queries_are_not_listed_as_flights(service, port):
    SeedClient("localhost", port).execute_query(AGGREGATION)
    assert [info.descriptor.path for info in service.connect().list_flights()] == [[b"dataset"]]
