"""What docs/sql.md says about statements, transactions, limits and files."""

import concurrent.futures

import adbc_driver_flightsql.dbapi as dbapi
import pyarrow as pa
import pyarrow.flight as flight
import pytest

from conftest import put, serving

ENDLESS = "SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b WHERE (a.range + b.range) % 7 = 1"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("data")) as running:
        put(running.connect(), "sales", pa.table({"region": ["n", "s"], "amount": pa.array([1, 2], pa.int64())}))
        yield running


def sql(client, text, **options):
    return client.do_get(flight.Ticket(text.encode()), flight.FlightCallOptions(**options)).read_all()


ALLOWED = [
    "SELECT 1", "WITH a AS (SELECT 1 AS i) FROM a", "FROM sales", "VALUES (1)", "TABLE sales", "(SELECT 1) UNION (SELECT 2)",
    "PIVOT sales ON region USING sum(amount)", "UNPIVOT sales ON amount INTO NAME n VALUE v", "DESCRIBE sales",
    "SHOW TABLES", "SUMMARIZE sales", "EXPLAIN SELECT * FROM sales", "EXPLAIN ANALYZE SELECT * FROM sales",
    "CREATE TABLE a (i INTEGER PRIMARY KEY)", "INSERT INTO a VALUES (1)", "UPDATE a SET i = 2", "DELETE FROM a",
    "MERGE INTO a USING (VALUES (3)) s(i) ON a.i = s.i WHEN NOT MATCHED THEN INSERT VALUES (s.i)", "TRUNCATE a",
    "CREATE VIEW v AS SELECT * FROM a, sales", "CREATE SCHEMA sch", "CREATE SEQUENCE q", "CREATE TYPE mood AS ENUM ('a', 'b')",
    "CREATE INDEX x ON a (i)", "CREATE MACRO twice(i) AS i * 2", "COMMENT ON TABLE a IS 'x'", "DROP MACRO twice", "DROP INDEX x",
    "DROP TYPE mood", "DROP SEQUENCE q", "DROP SCHEMA sch", "DROP VIEW v", "ALTER TABLE a ADD COLUMN s VARCHAR", "DROP TABLE a",
]


def test_the_allowed_statements_in_one_life(server):
    with server.connect() as client:
        for statement in ALLOWED:
            table = sql(client, statement)
            assert table.num_columns > 0, statement


@pytest.mark.parametrize("statement", [
    "COPY sales TO 'x.csv'", "ATTACH 'x.db'", "EXPORT DATABASE 'x'", "IMPORT DATABASE 'x'", "INSTALL httpfs", "LOAD httpfs",
    "PRAGMA version", "SET threads = 1", "CALL pragma_version()", "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM glob('/*')", "SELECT * FROM '/etc/passwd.csv'", "SELECT * FROM duckdb_settings()", "SELECT getenv('HOME')",
])
def test_what_is_locked(server, statement):
    with server.connect() as client, pytest.raises(flight.FlightUnauthorizedError):
        sql(client, statement)


@pytest.mark.parametrize("statement", [
    "INSERT INTO sales VALUES ('w', 3)", "UPDATE sales SET amount = 0", "DELETE FROM sales", "DROP VIEW sales",
    "CREATE OR REPLACE TABLE sales (i INTEGER)", "CREATE TABLE datasets.main.x (i INTEGER)",
])
def test_datasets_are_not_changed_by_sql(server, statement):
    with server.connect() as client:
        with pytest.raises(pa.ArrowException):
            sql(client, statement)
        assert sql(client, "SELECT count(*) AS n FROM sales").to_pydict() == {"n": [2]}


def test_tables_are_listed_and_read_by_their_path(server):
    with server.connect() as client:
        sql(client, "CREATE SCHEMA stage")
        sql(client, "CREATE TABLE stage.t AS SELECT 1 AS i")
        listed = {"/".join(p.decode() for p in info.descriptor.path) for info in client.list_flights()}
        assert {"sales", "stage/t"} <= listed
        info = client.get_flight_info(flight.FlightDescriptor.for_path("stage", "t"))
        assert client.do_get(info.endpoints[0].ticket).read_all().to_pydict() == {"i": [1]}
        sql(client, "DROP SCHEMA stage CASCADE")


def execute(connection, text):
    with connection.cursor() as cursor:
        cursor.execute(text)
        return cursor.fetchall()


def test_a_transaction_sees_datasets_as_they_were(server):
    with server.connect() as client, dbapi.connect(server.uri) as connection:
        put(client, "moving", pa.table({"i": [1]}))
        connection.rollback()
        put(client, "moving", pa.table({"i": [1, 2]}))
        assert execute(connection, "SELECT count(*) FROM moving") == [(1,)]
        connection.commit()
        assert execute(connection, "SELECT count(*) FROM moving") == [(2,)]


def test_of_two_changes_of_a_row_the_later_fails(server):
    with server.connect() as client:
        sql(client, "CREATE TABLE contested AS SELECT 1 AS i")
        with dbapi.connect(server.uri) as one, dbapi.connect(server.uri) as two:
            execute(one, "UPDATE contested SET i = 2")
            with pytest.raises(dbapi.Error, match="(?i)conflict"):
                execute(two, "UPDATE contested SET i = 3")
                two.commit()
            two.rollback()
            one.commit()
        assert sql(client, "SELECT i FROM contested").to_pydict() == {"i": [2]}


def test_a_timeout_stops_a_statement(tmp_path):
    with serving(tmp_path, "--query-timeout", "1") as server, server.connect() as client:
        with pytest.raises(flight.FlightTimedOutError):
            sql(client, ENDLESS)
        assert sql(client, "SELECT 1 AS one").num_rows == 1


def test_a_statement_over_the_memory_names_the_limit_and_others_go_on(tmp_path):
    with serving(tmp_path, "--memory-limit", "64MiB", "--temp-limit", "1MiB") as server, server.connect() as client:
        with pytest.raises(pa.ArrowException, match="--memory-limit 64MiB"):
            sql(client, "SELECT i, count(*) FROM range(50000000) t(i) GROUP BY hash(i), i ORDER BY 2, 1")
        assert sql(client, "SELECT 1 AS one").num_rows == 1


def test_a_full_queue_says_to_try_again(tmp_path):
    with serving(tmp_path, "--max-concurrent-queries", "1", "--max-queued-queries", "1") as server:
        def run(_):
            with server.connect() as client:
                try:
                    sql(client, ENDLESS, timeout=4)
                except flight.FlightUnavailableError as e:
                    return "try again" in str(e)
                except flight.FlightTimedOutError:
                    return None
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            outcomes = list(pool.map(run, range(4)))
        assert sorted(outcomes, key=str) == [None, None, True, True]


def test_allowed_files_are_read_and_written(tmp_path, tmp_path_factory):
    target = tmp_path / "out.csv"
    with serving("--allow-file-access", tmp_path_factory.mktemp("data")) as server, server.connect() as client:
        sql(client, f"COPY (SELECT 42 AS answer) TO '{target}'")
        assert sql(client, f"SELECT * FROM read_csv('{target}')").to_pydict() == {"answer": [42]}
        with pytest.raises(flight.FlightUnauthorizedError):
            sql(client, "SET threads = 1")
