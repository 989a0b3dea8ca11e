"""ADBC's Flight SQL driver (Go, from Python), all that its DB-API layer offers."""

import datetime
import decimal
import threading
import time

import adbc_driver_flightsql.dbapi as dbapi
import adbc_driver_manager
import pyarrow as pa
import pytest
from adbc_driver_flightsql import ConnectionOptions, DatabaseOptions

from conftest import put, serving, until

CATALOG = adbc_driver_manager.ConnectionOptions.CURRENT_CATALOG.value
SCHEMA = adbc_driver_manager.ConnectionOptions.CURRENT_DB_SCHEMA.value
COOKIES = {DatabaseOptions.WITH_COOKIE_MIDDLEWARE.value: "true"}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("data")) as running:
        put(running.connect(), "sales", pa.table({"id": pa.array([1, 2, 3], pa.int64()), "name": ["x", "y", None]}))
        put(running.connect(), "my_app/sessions", pa.table({"user": ["u"]}))
        yield running


@pytest.fixture
def db(server):
    with dbapi.connect(server.uri, autocommit=True) as connection:
        yield connection


@pytest.fixture
def manual(server):
    """As DB-API wants it by default: a transaction is always open."""
    with dbapi.connect(server.uri) as connection:
        yield connection


@pytest.fixture
def table(db, request):
    """A table's name of its own; the table is dropped afterwards."""
    name = "t_" + "".join(c if c.isalnum() else "_" for c in request.node.name)
    yield name
    with db.cursor() as cursor:
        cursor.execute(f'DROP TABLE IF EXISTS "{name}"')


def fetch(connection, sql, parameters=None):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def run(connection, sql, parameters=None):
    """Executes, and never reads."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.rowcount


# --- queries


def test_a_cursor_reads_a_dataset_in_every_way(db):
    with db.cursor() as cursor:
        cursor.execute("SELECT id, name FROM sales ORDER BY id")
        assert [c[0] for c in cursor.description] == ["id", "name"]
        assert cursor.fetchone() == (1, "x")
        assert cursor.fetchmany(5) == [(2, "y"), (3, None)]
        assert cursor.fetchone() is None
        cursor.execute("SELECT id FROM sales ORDER BY id")
        assert cursor.fetch_arrow_table().to_pydict() == {"id": [1, 2, 3]}
        cursor.execute("SELECT id FROM sales ORDER BY id")
        assert list(cursor.fetch_df()["id"]) == [1, 2, 3]
        cursor.execute("SELECT id FROM sales ORDER BY id")
        assert cursor.fetch_record_batch().read_all().num_rows == 3
        cursor.execute("SELECT id FROM sales ORDER BY id")
        assert pa.table(cursor.fetch_arrow()).num_rows == 3
        cursor.execute("SELECT id FROM sales WHERE false")
        assert cursor.fetchall() == []


def test_names_of_several_segments_are_schemas(db):
    for name in ("my_app.sessions", "datasets.my_app.sessions", '"my_app"."sessions"'):
        assert fetch(db, f"SELECT * FROM {name}") == [("u",)]


PARAMETERS = [
    (True, True), (7, 7), (-(2**63), -(2**63)), (1.5, 1.5), ("ü'\"\n", "ü'\"\n"), (b"\x00\xff", b"\x00\xff"),
    (datetime.date(1969, 7, 20), datetime.date(1969, 7, 20)),
    (datetime.time(1, 2, 3, 456789), datetime.time(1, 2, 3, 456789)),
    (datetime.datetime(1960, 1, 2, 3, 4, 5, 6), datetime.datetime(1960, 1, 2, 3, 4, 5, 6)),
    (decimal.Decimal("-12.345"), decimal.Decimal("-12.345")),
    (None, None),
]


@pytest.mark.parametrize("value, expected", PARAMETERS, ids=[type(p[0]).__name__ + str(i) for i, p in enumerate(PARAMETERS)])
def test_python_values_are_parameters(db, value, expected):
    assert fetch(db, "SELECT ? AS v", (value,)) == [(expected,)]


ARROW_PARAMETERS = [
    (pa.int8(), -8), (pa.int16(), -16), (pa.int32(), -32), (pa.int64(), -64), (pa.uint8(), 255), (pa.uint16(), 65535),
    (pa.uint32(), 2**32 - 1), (pa.uint64(), 2**64 - 1), (pa.float32(), 0.5), (pa.float64(), 0.1), (pa.bool_(), False),
    (pa.string(), "s"), (pa.large_string(), "l"), (pa.string_view(), "v"), (pa.binary(), b"b"), (pa.large_binary(), b"lb"),
    (pa.binary(3), b"abc"), (pa.decimal128(38, 10), decimal.Decimal("1.0000000001")), (pa.date32(), datetime.date(2000, 2, 29)),
    (pa.date64(), datetime.date(2000, 2, 29)), (pa.time32("s"), datetime.time(1, 2, 3)),
    (pa.time32("ms"), datetime.time(1, 2, 3, 4000)), (pa.time64("us"), datetime.time(1, 2, 3, 4)),
    (pa.timestamp("s"), datetime.datetime(2000, 1, 1)), (pa.timestamp("ms"), datetime.datetime(2000, 1, 1, 0, 0, 0, 1000)),
    (pa.timestamp("us"), datetime.datetime(2000, 1, 1, 0, 0, 0, 1)),
    (pa.timestamp("us", "UTC"), datetime.datetime(2000, 1, 1, tzinfo=datetime.timezone.utc)),
]


@pytest.mark.parametrize("arrow_type, value", ARROW_PARAMETERS, ids=[str(p[0]) for p in ARROW_PARAMETERS])
def test_arrow_values_of_every_scalar_type_are_parameters(db, arrow_type, value):
    rows = pa.record_batch([pa.array([value], arrow_type)], ["v"])
    assert fetch(db, "SELECT ? AS v", rows) == [(value,)]
    nothing = pa.record_batch([pa.array([None], arrow_type)], ["v"])
    assert fetch(db, "SELECT ? IS NULL AS v", nothing) == [(True,)]


def test_parameters_decide_rows(db):
    assert fetch(db, "SELECT name FROM sales WHERE id = ?", (2,)) == [("y",)]
    assert fetch(db, "SELECT id FROM sales WHERE name = $1 OR id = $2 ORDER BY id", ("x", 3)) == [(1,), (3,)]


def test_a_prepared_query_runs_again_with_other_parameters(db):
    with db.cursor() as cursor:
        for wanted, name in ((1, "x"), (2, "y"), (3, None)):
            cursor.execute("SELECT name FROM sales WHERE id = ?", (wanted,))
            assert cursor.fetchall() == [(name,)]


def test_preparing_tells_parameters_and_schema(db):
    with db.cursor() as cursor:
        parameters = cursor.adbc_prepare("SELECT name FROM sales WHERE id = ? AND name > ?")
        assert [field.type for field in parameters] == [pa.int64(), pa.string()]
        schema = cursor.adbc_execute_schema("SELECT id, name FROM sales")
        assert schema == pa.schema([("id", pa.int64()), ("name", pa.string())])


def test_several_rows_of_parameters_are_several_runs(db):
    rows = pa.record_batch([pa.array([3, 1])], ["id"])
    assert sorted(fetch(db, "SELECT id FROM sales WHERE id = ?", rows)) == [(1,), (3,)]


# --- changes run exactly once


def test_definitions_and_changes_run_once_from_execute_without_reading(db, table):
    run(db, f"CREATE TABLE {table} (i INTEGER)")
    run(db, f"INSERT INTO {table} VALUES (1)")
    run(db, f"INSERT INTO {table} VALUES (?)", (2,))
    run(db, f"INSERT INTO {table} SELECT i + 10 FROM {table}")
    assert fetch(db, f"SELECT i FROM {table} ORDER BY i") == [(1,), (2,), (11,), (12,)]


def test_a_change_that_is_read_runs_once(db, table):
    run(db, f"CREATE TABLE {table} (i INTEGER)")
    with db.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} VALUES (1), (2)")
        assert cursor.fetchall() == [(2,)]
        cursor.execute(f"INSERT INTO {table} VALUES (3) RETURNING i * 2 AS d")
        assert cursor.fetchall() == [(6,)]
    assert fetch(db, f"SELECT count(*) FROM {table}") == [(3,)]


@pytest.mark.parametrize("prepared", [False, True])
def test_execute_update_runs_once_and_counts(db, table, prepared):
    run(db, f"CREATE TABLE {table} (i INTEGER)")

    def update(sql):
        with db.cursor() as cursor:
            statement = cursor.adbc_statement
            statement.set_sql_query(sql)
            if prepared:
                statement.prepare()
            return statement.execute_update()

    assert update(f"INSERT INTO {table} SELECT * FROM range(5)") == 5
    assert update(f"UPDATE {table} SET i = i + 1 WHERE i >= 3") == 2
    assert update(f"DELETE FROM {table} WHERE i = 0") == 1
    assert fetch(db, f"SELECT i FROM {table} ORDER BY i") == [(1,), (2,), (4,), (5,)]


def test_executemany_counts_all_and_is_all_or_nothing(db, table):
    run(db, f"CREATE TABLE {table} (i INTEGER PRIMARY KEY, s VARCHAR)")
    with db.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} VALUES (?, ?)", [(1, "a"), (2, None), (3, "c")])
        assert cursor.rowcount == 3
        with pytest.raises(dbapi.Error, match="(?i)duplicate key"):
            cursor.executemany(f"INSERT INTO {table} VALUES (?, ?)", [(4, "d"), (1, "again")])
    assert fetch(db, f"SELECT * FROM {table} ORDER BY i") == [(1, "a"), (2, None), (3, "c")]


# --- ingest


ROWS = pa.table({"i": pa.array([1, 2], pa.int64()), "s": ["a", None]})


def ingest(connection, name, data=ROWS, **options):
    with connection.cursor() as cursor:
        return cursor.adbc_ingest(name, data, **options)


def count(connection, name):
    return fetch(connection, f"SELECT count(*) FROM {name}")[0][0]


def test_ingest_modes(db, table):
    with pytest.raises(dbapi.Error, match="there is no table"):
        ingest(db, table, mode="append")
    assert ingest(db, table, mode="create") == 2
    with pytest.raises(dbapi.Error, match="already"):
        ingest(db, table, mode="create")
    assert ingest(db, table, mode="append") == 2
    assert count(db, table) == 4
    assert ingest(db, table, mode="replace") == 2
    assert count(db, table) == 2
    assert ingest(db, table, mode="create_append") == 2
    assert fetch(db, f"SELECT * FROM {table} ORDER BY i, s") == [(1, "a"), (1, "a"), (2, None), (2, None)]
    run(db, f"DROP TABLE {table}")
    assert ingest(db, table, mode="create_append", data=ROWS.to_reader()) == 2
    assert count(db, table) == 2


def test_ingest_into_a_schema_and_catalog(db):
    run(db, "CREATE SCHEMA IF NOT EXISTS stage")
    assert ingest(db, "t", mode="create", db_schema_name="stage") == 2
    assert ingest(db, "t", mode="append", catalog_name="mallard", db_schema_name="stage") == 2
    assert count(db, "stage.t") == count(db, "mallard.stage.t") == 4
    with pytest.raises(dbapi.Error, match="expected: mallard"):
        ingest(db, "t", mode="create", catalog_name="datasets")
    run(db, "DROP SCHEMA stage CASCADE")


def test_ingest_of_nothing_makes_an_empty_table(db, table):
    assert ingest(db, table, data=ROWS.to_batches()[0].slice(0, 0), mode="create") == 0
    assert count(db, table) == 0
    # the driver sends no schema for a table without batches, so the server cannot know the columns
    with pytest.raises(dbapi.Error, match="before a schema came"):
        ingest(db, "never", data=ROWS.schema.empty_table(), mode="create")


def test_ingest_does_not_hide_a_dataset(db):
    with pytest.raises(dbapi.Error, match="there is a dataset 'sales'"):
        ingest(db, "sales", mode="replace")


def test_a_temporary_table_lives_as_long_as_its_transaction(manual, db):
    ingest(manual, "scratch", mode="create", temporary=True)
    assert count(manual, "scratch") == 2
    with pytest.raises(dbapi.Error, match="does not exist"):
        fetch(db, "SELECT * FROM scratch")
    manual.commit()
    with pytest.raises(dbapi.Error, match="does not exist"):
        fetch(manual, "SELECT * FROM scratch")
    manual.rollback()
    with pytest.raises(dbapi.Error, match="begin one"):
        ingest(db, "scratch", mode="create", temporary=True)


def test_ingest_inside_a_transaction_is_rolled_back_with_it(manual, db, table):
    ingest(manual, table, mode="create")
    assert count(manual, table) == 2
    manual.rollback()
    with pytest.raises(dbapi.Error, match="does not exist"):
        count(db, table)
    ingest(manual, table, mode="create")
    manual.commit()
    assert count(db, table) == 2


# --- transactions


def test_others_see_changes_after_commit_and_not_before(manual, db, table):
    run(db, f"CREATE TABLE {table} (i INTEGER)")
    manual.rollback()  # a transaction sees what was there when it began
    run(manual, f"INSERT INTO {table} VALUES (1)")
    assert count(manual, table) == 1
    assert count(db, table) == 0
    manual.commit()
    assert count(db, table) == 1
    run(manual, f"DELETE FROM {table}")
    manual.rollback()
    assert count(db, table) == 1


def test_an_error_aborts_the_transaction_until_rollback(manual, db, table):
    run(db, f"CREATE TABLE {table} (i INTEGER)")
    manual.rollback()
    run(manual, f"INSERT INTO {table} VALUES (1)")
    with pytest.raises(dbapi.Error):
        fetch(manual, "SELECT 1 / (SELECT 'x'::INTEGER)")
    with pytest.raises(dbapi.Error, match="roll it back"):
        fetch(manual, "SELECT 1")
    manual.rollback()
    assert fetch(manual, "SELECT 1") == [(1,)]
    assert count(db, table) == 0


def test_a_transaction_that_was_idle_for_too_long_can_be_begun_anew(tmp_path):
    with serving(tmp_path, "--transaction-idle-timeout", "1") as server, dbapi.connect(server.uri) as connection:
        run(connection, "CREATE TABLE t AS SELECT 1 AS i")
        connection.commit()
        run(connection, "UPDATE t SET i = 2")
        # Each statement would make the transaction young again; that the row can be changed shows that it is gone.
        until("the transaction is gone", lambda: updates(server, "UPDATE t SET i = i + 10"))
        with pytest.raises(dbapi.Error, match="idle for too long"):
            run(connection, "UPDATE t SET i = 3")
        connection.rollback()
        assert fetch(connection, "SELECT i FROM t") == [(11,)]


def updates(server, sql):
    """Whether nobody else has changed the row in a transaction."""
    with dbapi.connect(server.uri, autocommit=True) as other:
        try:
            return run(other, sql) == 1
        except dbapi.Error as e:
            assert "onflict" in str(e)
            return False


def test_autocommit_can_be_switched(server, table):
    with dbapi.connect(server.uri, autocommit=True) as connection:
        run(connection, f"CREATE TABLE {table} (i INTEGER)")
        connection.adbc_connection.set_autocommit(False)
        run(connection, f"INSERT INTO {table} VALUES (1)")
        assert count(connection, table) == 1
        connection.adbc_connection.rollback()
        assert count(connection, table) == 0
        connection.adbc_connection.set_autocommit(True)
        run(connection, f"INSERT INTO {table} VALUES (1)")
    with dbapi.connect(server.uri, autocommit=True) as another:
        assert count(another, table) == 1


def test_transaction_statements_say_what_to_do_instead(db):
    with pytest.raises(dbapi.ProgrammingError, match="autocommit off"):
        run(db, "BEGIN")


# --- metadata


def test_objects_at_all_depths(db):
    def objects(depth, **filters):
        return db.adbc_get_objects(depth=depth, **filters).read_all().to_pylist()

    catalogs = {c["catalog_name"]: c for c in objects("catalogs")}
    assert {"datasets", "mallard"} <= set(catalogs) and catalogs["datasets"]["catalog_db_schemas"] is None
    schemas = {
        (c["catalog_name"], s["db_schema_name"]): s for c in objects("db_schemas") for s in c["catalog_db_schemas"]
    }
    assert {("datasets", "main"), ("datasets", "my_app"), ("mallard", "main")} <= set(schemas)
    assert schemas["datasets", "main"]["db_schema_tables"] is None
    (catalog,) = objects("tables", catalog_filter="datasets", db_schema_filter="my_app")
    (schema,) = catalog["catalog_db_schemas"]
    (found,) = schema["db_schema_tables"]
    assert found["table_name"] == "sessions"
    (catalog,) = objects("all", catalog_filter="datasets", db_schema_filter="main", table_name_filter="sal%")
    (found,) = catalog["catalog_db_schemas"][0]["db_schema_tables"]
    assert [(c["column_name"], c["ordinal_position"], c["xdbc_type_name"]) for c in found["table_columns"]] == [
        ("id", 1, "BIGINT"), ("name", 2, "VARCHAR"),
    ]


def test_objects_show_tables_and_their_columns(db, table):
    run(db, f"CREATE TABLE {table} (i INTEGER PRIMARY KEY, s VARCHAR NOT NULL)")
    (catalog,) = db.adbc_get_objects(
        depth="all", catalog_filter="mallard", table_name_filter=table
    ).read_all().to_pylist()
    (found,) = [t for s in catalog["catalog_db_schemas"] for t in s["db_schema_tables"]]
    assert found["table_name"] == table
    assert [c["column_name"] for c in found["table_columns"]] == ["i", "s"]


def test_table_schemas_and_types(db):
    assert db.adbc_get_table_schema("sales") == pa.schema([("id", pa.int64()), ("name", pa.string())])
    assert db.adbc_get_table_schema("sessions", db_schema_filter="my_app").names == ["user"]
    with pytest.raises(dbapi.Error):
        db.adbc_get_table_schema("nothing")
    types = db.adbc_get_table_types()
    assert len(types) >= 2
    listed = {
        t["table_type"]
        for c in db.adbc_get_objects(depth="tables").read_all().to_pylist()
        for s in c["catalog_db_schemas"] for t in s["db_schema_tables"]
    }
    assert listed <= set(types)


def test_info_names_the_server(db):
    info = db.adbc_get_info()
    assert info["vendor_name"] == "Mallard" and info["vendor_version"]


# --- partitions, polling, cancel


def test_partitions_are_read_by_another_connection(db, server):
    with db.cursor() as cursor:
        partitions, schema = cursor.adbc_execute_partitions("SELECT id FROM sales ORDER BY id")
    assert schema.names == ["id"]
    with dbapi.connect(server.uri, autocommit=True) as another, another.cursor() as cursor:
        ids = []
        for partition in partitions:
            cursor.adbc_read_partition(partition)
            ids += [row[0] for row in cursor.fetchall()]
    assert ids == [1, 2, 3]


def test_a_header_asks_for_several_partitions(server):
    header = DatabaseOptions.RPC_CALL_HEADER_PREFIX.value + "mallard-endpoints"
    with dbapi.connect(server.uri, db_kwargs={header: "4"}, autocommit=True) as connection:
        with connection.cursor() as cursor:
            partitions, _ = cursor.adbc_execute_partitions("SELECT i FROM range(1000000) t(i) ORDER BY i DESC")
            assert len(partitions) == 4
            cursor.execute("SELECT i FROM range(1000000) t(i) ORDER BY i DESC")
            assert cursor.fetch_arrow_table()["i"].to_pylist() == list(range(999999, -1, -1))


def test_incremental_execution_polls_until_the_last_partition(db):
    with db.cursor(adbc_stmt_kwargs={"adbc.statement.exec.incremental": "true"}) as cursor:
        partitions, schema = cursor.adbc_execute_partitions("SELECT i FROM range(1000) t(i) ORDER BY i")
        rows = 0
        while partitions:
            for partition in partitions:
                with db.cursor() as reader:
                    reader.adbc_read_partition(partition)
                    rows += len(reader.fetchall())
            partitions, schema = cursor.adbc_execute_partitions("SELECT i FROM range(1000) t(i) ORDER BY i")
        assert rows == 1000


ENDLESS = "SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b WHERE (a.range + b.range) % 7 = 1"


def test_cancel_stops_a_query(db):
    with db.cursor() as cursor:
        timer = threading.Timer(1, cursor.adbc_cancel)
        timer.start()
        begun = time.monotonic()
        with pytest.raises(dbapi.Error):
            cursor.execute(ENDLESS)
            cursor.fetchall()
        assert time.monotonic() - begun < 5
        timer.join()
    assert fetch(db, "SELECT 1") == [(1,)]


def test_a_deadline_stops_a_query(server):
    options = {ConnectionOptions.TIMEOUT_FETCH.value: "1", ConnectionOptions.TIMEOUT_QUERY.value: "1"}
    with dbapi.connect(server.uri, conn_kwargs=options, autocommit=True) as connection:
        begun = time.monotonic()
        with pytest.raises(dbapi.Error, match="(?i)deadline|timeout"):
            fetch(connection, ENDLESS)
        assert time.monotonic() - begun < 5


# --- sessions


def test_current_catalog_and_schema_with_cookies(server):
    with dbapi.connect(server.uri, db_kwargs=COOKIES, autocommit=True) as connection:
        connection.adbc_current_catalog = "datasets"
        connection.adbc_current_db_schema = "my_app"
        assert (connection.adbc_current_catalog, connection.adbc_current_db_schema) == ("datasets", "my_app")
        assert fetch(connection, "SELECT * FROM sessions") == [("u",)]
        with pytest.raises(dbapi.Error):
            connection.adbc_current_db_schema = "nothing"
    with dbapi.connect(server.uri, autocommit=True) as stateless:
        with pytest.raises(dbapi.Error, match="does not exist"):
            fetch(stateless, "SELECT * FROM sessions")


def test_options_at_connect_begin_a_session(server):
    options = {CATALOG: "datasets", SCHEMA: "my_app"}
    with dbapi.connect(server.uri, db_kwargs=COOKIES, conn_kwargs=options, autocommit=True) as connection:
        assert fetch(connection, "SELECT * FROM sessions") == [("u",)]


def test_the_time_zone_is_a_session_option(server):
    with dbapi.connect(server.uri, db_kwargs=COOKIES, autocommit=True) as connection:
        prefix = ConnectionOptions.OPTION_SESSION_OPTION_PREFIX.value
        connection.adbc_connection.set_options(**{prefix + "TimeZone": "Asia/Kolkata"})
        moment = "SELECT TIMESTAMPTZ '2000-01-01 00:00:00+00' AS t"
        with connection.cursor() as cursor:
            cursor.execute(moment)
            assert cursor.fetch_arrow_table().schema.field("t").type == pa.timestamp("us", "Asia/Kolkata")
        assert fetch(connection, "SELECT (TIMESTAMPTZ '2000-01-01 00:00:00+00')::VARCHAR") == [("2000-01-01 05:30:00+05:30",)]
        with pytest.raises(dbapi.Error):
            connection.adbc_connection.set_options(**{prefix + "memory_limit": "1TB"})


# --- errors


@pytest.mark.parametrize("sql, error, words", [
    ("SELECT FROM WHERE", dbapi.ProgrammingError, "Parser Error"),
    ("SELECT nothing FROM sales", dbapi.ProgrammingError, 'column "nothing" not found'),
    ("SELECT * FROM no_such_table", dbapi.ProgrammingError, "does not exist"),
    ("SELECT 'x'::INTEGER", dbapi.ProgrammingError, "Conversion Error"),
    ("COPY sales TO '/tmp/x.csv'", dbapi.ProgrammingError, "COPY is not allowed"),
    ("SELECT * FROM read_csv('/etc/passwd')", dbapi.ProgrammingError, "'read_csv' is not allowed"),
    ("INSERT INTO sales VALUES (1, 'x')", dbapi.Error, "dataset"),
    ("CREATE TABLE sales (i INTEGER)", dbapi.Error, "dataset"),
    ("SELECT 1; SELECT 2", dbapi.ProgrammingError, "one statement"),
])
def test_errors_have_their_class_and_say_what_is_wrong(db, sql, error, words):
    with pytest.raises(error, match=words) as raised:
        fetch(db, sql)
    assert "/data" not in str(raised.value).replace("/datasets", "")
    assert fetch(db, "SELECT 1") == [(1,)]
