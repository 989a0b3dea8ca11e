"""Parameters wherever DuckDB prepares them, of every type, by ADBC."""

import datetime
import decimal

import adbc_driver_flightsql.dbapi as dbapi
import adbc_driver_manager
import pyarrow as pa
import pytest

from conftest import put, serving


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("data")) as running:
        put(running.connect(), "sales", pa.table({"id": pa.array([1, 2, 3], pa.int64()), "name": ["x", "y", None]}))
        yield running


@pytest.fixture
def db(server):
    with dbapi.connect(server.uri, autocommit=True) as connection:
        yield connection


def rows_of(db, sql, parameters=None):
    with db.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def table_of(db, sql, batch):
    with db.cursor() as cursor:
        cursor.execute(sql, batch)
        return cursor.fetch_arrow_table()


def batch(*columns, names=None):
    return pa.record_batch(list(columns), names or [f"p{i}" for i in range(len(columns))])


# --- wherever DuckDB prepares them

PLACES = [
    ("SELECT 1 + ?", (2,), [(3,)]),
    ("SELECT id + ? FROM sales ORDER BY 1", (10,), [(11,), (12,), (13,)]),
    ("SELECT -?", (2,), [(-2,)]),
    ("SELECT abs(?)", (-2.5,), [(2.5,)]),
    ("SELECT round(?, 2)", (3.14159,), [(3.14,)]),
    ("SELECT year(?)", (datetime.date(2020, 5, 6),), [(2020,)]),
    ("SELECT date_trunc('month', ?)", (datetime.datetime(2020, 5, 6, 7),), [(datetime.datetime(2020, 5, 1),)]),
    ("SELECT * FROM range(?)", (3,), [(0,), (1,), (2,)]),
    ("SELECT coalesce(?, 1)", (7,), [(7,)]),
    ("SELECT coalesce(?, 1)", (2.5,), [(2.5,)]),
    ("SELECT greatest(?, 1)", (7,), [(7,)]),
    ("SELECT [1, ?]", (2,), [([1, 2],)]),
    ("SELECT CASE WHEN false THEN 1 ELSE ? END", (9,), [(9,)]),
    ("SELECT id FROM sales ORDER BY id LIMIT ?", (1,), [(1,)]),
    ("SELECT id FROM sales ORDER BY id LIMIT ? OFFSET ?", (1, 1), [(2,)]),
    ("SELECT id FROM sales WHERE id IN (?, ?) ORDER BY id", (1, 3), [(1,), (3,)]),
    ("SELECT id FROM sales WHERE id BETWEEN ? AND ? ORDER BY id", (2, 3), [(2,), (3,)]),
    ("VALUES (? + 1, ?)", (1, "a"), [(2, "a")]),
    ("SELECT $1 + 1, $1", (4,), [(5, 4)]),
    ("SELECT $2, $1", ("a", 2), [(2, "a")]),
    ("SELECT $1, $3, $1", ("a", 2), [("a", 2, "a")]),
    ("SELECT $b - $a, $B", (3, 1), [(2, 3)]),
    ("SELECT ?, '?', \"?\" FROM (SELECT 1 AS \"?\") -- ?", (5,), [(5, "?", 1)]),
    ("WITH c AS (SELECT ? AS x) SELECT x + 1 FROM c", (5,), [(6,)]),
    ("SELECT list_transform([1, 2], lambda x: x + ?)", (1,), [([2, 3],)]),
    ("SELECT {'a': ?}", (1,), [({"a": 1},)]),
    ("SELECT concat(?, ?)", (1, "b"), [("1b",)]),
    ("SELECT id || ? FROM sales WHERE id = 1", ("z",), [("1z",)]),
    ("SELECT sum(?) OVER ()", (1.5,), [(1.5,)]),
    ("SELECT strftime(?, ?)", (datetime.datetime(2020, 1, 2), "%Y"), [("2020",)]),
    ("SELECT DATE '2020-01-01' = ?", ("2020-01-01",), [(True,)]),
    ("SELECT DATE '2020-01-01' = ? AND abs(?) > 1", ("2020-01-01", -2), [(True,)]),
    ("SELECT count(*) FROM sales WHERE name LIKE ? AND id + ? > 0", ("x%", 1), [(1,)]),
    ("SELECT typeof(?)", (5,), [("BIGINT",)]),
    ("DESCRIBE SELECT ? AS v", (5,), [("v", "BIGINT", "YES", None, None, None)]),
    ("SELECT ? UNION ALL SELECT 2 ORDER BY 1", (1,), [(1,), (2,)]),
    ("SELECT unnest(?)", None, [(1,), (2,)]),
    ("SELECT /* ? */ e'it\\'s ?' || ?", ("!",), [("it's ?!",)]),
    ("SELECT $$?$$ || ?", ("!",), [("?!",)]),
    ("SELECT CAST(? AS INTEGER) + ?", ("4", 1), [(5,)]),
    ("SELECT [10, 20, 30][?]", (2,), [(20,)]),
    ("SELECT 1+?,?+?,[?],-?,?::INTEGER,(?)", (1, 1, 2, 3, 4, 5, 6), [(2, 3, [3], -4, 5, 6)]),
    ("SELECT id FROM sales WHERE id>=?AND id<?", (2, 3), [(2,)]),
    ("SELECT id||?FROM sales WHERE id=?", ("z", 1), [("1z",)]),
    ("SELECT ?||'ü😀'||?||'?'", ("a", "b"), [("aü😀b?",)]),
    ("SELECT $1||'ü😀'||$2", ("a", "b"), [("aü😀b",)]),
    ("SELECT regexp_matches(name, ?) FROM sales WHERE id = ?", ("^x", 1), [(True,)]),
]


@pytest.mark.parametrize("sql, values, expected", PLACES, ids=[p[0] for p in PLACES])
def test_a_parameter_may_stand_wherever_duckdb_takes_one(db, sql, values, expected):
    if values is None:
        values = batch(pa.array([[1, 2]], pa.list_(pa.int64())))
    assert rows_of(db, sql, values) == expected
    with db.cursor() as cursor:
        cursor.adbc_prepare(sql)
        cursor.execute(sql, values)
        assert cursor.fetchall() == expected


@pytest.mark.parametrize("sql, values, expected", PLACES, ids=[p[0] for p in PLACES])
def test_in_a_transaction_too(server, sql, values, expected):
    if values is None:
        values = batch(pa.array([[1, 2]], pa.list_(pa.int64())))
    with dbapi.connect(server.uri) as manual:
        assert rows_of(manual, sql, values) == expected
        assert rows_of(manual, "SELECT 1") == [(1,)], "the transaction goes on"


def test_explain_takes_them(db):
    assert "1 + $1" in str(rows_of(db, "EXPLAIN SELECT 1 + ?", (2,)))


def test_columns_have_the_names_that_duckdb_gives_them(db):
    table = table_of(db, 'SELECT 1 + ?, ?, abs(?), CAST(? AS INTEGER)', batch(
        pa.array([1], pa.uint64()), pa.array([decimal.Decimal("1.50")], pa.decimal128(10, 2)), pa.array([1.5]), pa.array([1])))
    assert table.column_names == ["(1 + $1)", "$2", "abs($3)", "CAST($4 AS INTEGER)"]


def test_they_may_stand_wherever_something_changes(db):
    with db.cursor() as cursor:
        cursor.execute("CREATE OR REPLACE TABLE changing(a BIGINT, b VARCHAR)")
        cursor.execute("INSERT INTO changing VALUES (? + 1, ?)", (1, "x"))
        cursor.execute("INSERT INTO changing SELECT ?, ?", (5, None))
        cursor.execute("UPDATE changing SET a = a + ?", (10,))
        assert cursor.fetchall() == [(2,)]
        cursor.execute("DELETE FROM changing WHERE a + ? > ?", (1, 15))
        assert cursor.fetchall() == [(1,)]
        cursor.execute(
            "MERGE INTO changing USING (SELECT ? AS k) s ON changing.a = s.k"
            " WHEN MATCHED THEN UPDATE SET b = ? WHEN NOT MATCHED THEN INSERT (a) VALUES (s.k + ?)", (12, "merged", 0))
        assert rows_of(db, "SELECT * FROM changing") == [(12, "merged")]
        cursor.execute("UPDATE changing SET a = a + ? RETURNING a", (1,))
        assert cursor.fetchall() == [(13,)]
        cursor.execute("INSERT INTO changing VALUES (?, ?) RETURNING a, b", (1, "r"))
        assert cursor.fetchall() == [(1, "r")]
        cursor.execute("CREATE OR REPLACE TABLE made AS SELECT ? AS v, ? + 1 AS w", (None, 2))
        assert rows_of(db, "SELECT w FROM made") == [(3,)]
        cursor.execute("UPDATE changing SET b = strftime(TIMESTAMP '2020-01-02', ?) WHERE a = ?", ("%Y", 1))
        assert cursor.fetchall() == [(1,)]
        cursor.execute("DROP TABLE changing")
        cursor.execute("DROP TABLE made")


# --- every type, to the last digit

D = decimal.Decimal
UTC = datetime.timezone.utc
MDN = pa.month_day_nano_interval()
EXACT = [
    (pa.array([1, None], pa.int8()), "TINYINT", None),
    (pa.array([2**63 - 1, -(2**63), None], pa.int64()), "BIGINT", None),
    (pa.array([255, 0, None], pa.uint8()), "UTINYINT", None),
    (pa.array([65535, None], pa.uint16()), "USMALLINT", None),
    (pa.array([2**32 - 1, None], pa.uint32()), "UINTEGER", None),
    (pa.array([2**64 - 1, 2**63, 0, None], pa.uint64()), "UBIGINT", None),
    (pa.array([0.1, None], pa.float32()), "FLOAT", None),
    (pa.array([0.1, float("inf"), None], pa.float64()), "DOUBLE", None),
    (pa.array([D("1.5"), D("-0.01"), D("0.00"), None], pa.decimal128(10, 2)), "DECIMAL(10,2)", None),
    (pa.array([D("9" * 38), D("-" + "9" * 38), None], pa.decimal128(38, 0)), "DECIMAL(38,0)", None),
    (pa.array([D("0." + "0" * 37 + "1"), None], pa.decimal128(38, 38)), "DECIMAL(38,38)", None),
    (pa.array([D("1.25"), None], pa.decimal256(20, 2)), "DECIMAL(20,2)", pa.decimal128(20, 2)),
    (pa.array([D("1.25"), None], pa.decimal256(50, 2)), "DECIMAL(38,2)", pa.decimal128(38, 2)),
    (pa.array(["a", "", "ü\x00\U0001f600", None]), "VARCHAR", None),
    (pa.array(["a", None], pa.large_string()), "VARCHAR", pa.string()),
    (pa.array(["a", "longer than twelve bytes", None], pa.string_view()), "VARCHAR", pa.string()),
    (pa.array([b"\x00\xff", b"", None]), "BLOB", None),
    (pa.array([b"abc", None], pa.large_binary()), "BLOB", pa.binary()),
    (pa.array([b"abc", None], pa.binary(3)), "BLOB", pa.binary()),
    (pa.array([b"abc", None], pa.binary_view()), "BLOB", pa.binary()),
    (pa.array([datetime.date(1, 1, 1), datetime.date(9999, 12, 31), None]), "DATE", None),
    (pa.array([-1_000_000, 3_000_000, 2**31 - 1, -(2**31) + 1, -719163, None], pa.int32()).cast(pa.date32()), "DATE", None),
    (pa.array([datetime.date(1969, 12, 31), None], pa.date64()), "DATE", pa.date32()),
    (pa.array([86399, None], pa.int32()).cast(pa.time32("s")), "TIME", pa.time64("us")),
    (pa.array([86399999, None], pa.int32()).cast(pa.time32("ms")), "TIME", pa.time64("us")),
    (pa.array([86399999999, 0, None], pa.int64()).cast(pa.time64("us")), "TIME", None),
    (pa.array([86399999999999, 1, None], pa.int64()).cast(pa.time64("ns")), "TIME_NS", None),
    (pa.array([-62135596800, 253402300799, None], pa.int64()).cast(pa.timestamp("s")), "TIMESTAMP", pa.timestamp("us")),
    (pa.array([-1, None], pa.int64()).cast(pa.timestamp("ms")), "TIMESTAMP", pa.timestamp("us")),
    (pa.array([-99999999999999999, 9223372036854775807, None], pa.int64()).cast(pa.timestamp("us")), "TIMESTAMP", None),
    (pa.array([1234567890123456789, -1, None], pa.int64()).cast(pa.timestamp("ns")), "TIMESTAMP_NS", None),
    (pa.array([-99999999999999999, None], pa.int64()).cast(pa.timestamp("us", "UTC")), "TIMESTAMP WITH TIME ZONE", None),
    (pa.array([1, None], pa.int64()).cast(pa.timestamp("s", "Europe/Paris")), "TIMESTAMP WITH TIME ZONE", pa.timestamp("us", "UTC")),
    (pa.array([1234567890123456789, None], pa.int64()).cast(pa.timestamp("ns", "UTC")), "TIMESTAMPTZ_NS", None),
    (pa.array([pa.MonthDayNano([-3, 2, -5000]), None], MDN), "INTERVAL", None),
    (pa.array([True, False, None]), "BOOLEAN", None),
    (pa.array([[1, None], [], None], pa.list_(pa.int64())), "BIGINT[]", None),
    (pa.array([[2**64 - 1, None], None], pa.large_list(pa.uint64())), "UBIGINT[]", pa.list_(pa.uint64())),
    (pa.array([["it's", 'a "q"', "[x, y]", None]]), "VARCHAR[]", None),
    (pa.array([[D("1.50")], None], pa.list_(pa.decimal128(10, 2))), "DECIMAL(10,2)[]", None),
    (pa.array([[[1], None, []], None], pa.list_(pa.list_(pa.int8()))), "TINYINT[][]", None),
    (pa.array([[1, 2, 3], None], pa.list_(pa.int32(), 3)), "INTEGER[3]", None),
    (pa.array([{"a": 2**64 - 1, "b c": "it's", 'q"': b"\x00"}, None, {"a": None, "b c": None, 'q"': None}],
              pa.struct([("a", pa.uint64()), ("b c", pa.string()), ('q"', pa.binary())])),
     'STRUCT(a UBIGINT, "b c" VARCHAR, "q""" BLOB)', None),
    (pa.array([[{"t": 1234567890123456789}], None], pa.list_(pa.struct([("t", pa.timestamp("ns"))]))),
     "STRUCT(t TIMESTAMP_NS)[]", None),
    (pa.array([[("z", 1), ("a", None)], [], None], pa.map_(pa.string(), pa.int64())), "MAP(VARCHAR, BIGINT)", None),
    (pa.array(["a", "b", "a", None]).dictionary_encode(), "VARCHAR", pa.string()),
    (pa.array([5, None], pa.int64()).dictionary_encode(), "BIGINT", pa.int64()),
    (pa.RunEndEncodedArray.from_arrays([2, 3], pa.array([7, None], pa.int16())), "SMALLINT", pa.int16()),
    (pa.array([1.5, None], pa.float16()), "FLOAT", pa.float32()),
]


def as_list(array):
    """What Python has no value for, as numbers."""
    wide = {"date32[day]": pa.int32(), "timestamp[us]": pa.int64(), "timestamp[ns]": pa.int64(), "timestamp[us, tz=UTC]": pa.int64(),
            "timestamp[ns, tz=UTC]": pa.int64(), "time64[ns]": pa.int64()}
    plain = wide.get(str(array.type))
    return (array.cast(plain) if plain else array).to_pylist()


@pytest.mark.parametrize("values, name, arrives", EXACT, ids=[f"{i}-{p[0].type}" for i, p in enumerate(EXACT)])
def test_values_of_every_type_are_exact_and_nulls_have_their_type(db, values, name, arrives):
    result = table_of(db, "SELECT ? AS v", batch(values)).column("v").combine_chunks()
    wanted = values
    if pa.types.is_run_end_encoded(values.type):
        wanted = pa.compute.run_end_decode(values)
    wanted = wanted.cast(arrives or values.type)
    assert as_list(result) == as_list(wanted)
    types = rows_of(db, "SELECT typeof(?) AS v", batch(values.slice(0, 1)))
    assert types == [(name,)]


def test_a_null_has_its_type(db):
    for kind in (pa.int64(), pa.uint64(), pa.string(), pa.decimal128(7, 3), pa.timestamp("ns"), pa.binary(), pa.list_(pa.int64())):
        table = table_of(db, "SELECT ? AS v", batch(pa.array([None], kind)))
        assert table.schema.field("v").type.equals(kind) or pa.types.is_list(kind)
        assert table.column("v").to_pylist() == [None]


def test_a_uuid_is_a_uuid(db):
    import uuid
    value = uuid.UUID("00112233-4455-6677-8899-aabbccddeeff")
    storage = pa.array([value.bytes], pa.binary(16))
    assert rows_of(db, "SELECT ?, typeof($1)".replace("?", "$1"), batch(pa.ExtensionArray.from_storage(pa.uuid(), storage))) == [(str(value), "UUID")]


def test_durations_are_intervals(db):
    rows = batch(pa.array([90_000_001], pa.int64()).cast(pa.duration("us")), pa.array([-3], pa.int64()).cast(pa.duration("s")),
                 pa.array([5000], pa.int64()).cast(pa.duration("ns")))
    assert rows_of(db, "SELECT epoch_us(?), epoch_us(?), epoch_us(?)".replace("epoch_us", "epoch"), rows) == [(90.000001, -3.0, 0.000005)]


UNION = pa.UnionArray.from_dense(pa.array([0, 1, 0], pa.int8()), pa.array([0, 0, 1], pa.int32()),
                                 [pa.array([1, 2]), pa.array(["x"])])

REFUSED = [
    (UNION.slice(0, 1), None),
    (pa.array([[[("a", 1)]]], pa.list_(pa.map_(pa.string(), pa.int64()))), "send its values as another type"),
    (pa.array([D("1" * 39)], pa.decimal256(39, 0)), "at most 38 digits"),
    (pa.array([1], pa.int64()).cast(pa.duration("ns")), "microseconds"),
    (pa.array([2**62], pa.int64()).cast(pa.timestamp("s")), "out of the range"),
    (pa.StructArray.from_arrays([pa.array(["a"]).dictionary_encode()], ["d"]), "send the values"),
]


@pytest.mark.parametrize("values, words", REFUSED[1:], ids=[str(p[0].type) for p in REFUSED[1:]])
def test_what_duckdb_cannot_hold_is_refused_by_name(db, values, words):
    with pytest.raises(adbc_driver_manager.Error) as error:
        rows_of(db, "SELECT 1, ?", batch(values))
    assert words in str(error.value) and "'p0'" in str(error.value) or "parameter_1" in str(error.value)
    assert "INVALID" in str(error.value).upper()


def test_each_value_of_a_union_has_its_own_type(db):
    assert rows_of(db, "SELECT ? AS v", batch(UNION.slice(0, 1))) == [(1,)]


# --- rows of them


def test_ten_thousand_rows(db):
    with db.cursor() as cursor:
        cursor.execute("CREATE OR REPLACE TABLE many(a BIGINT, b VARCHAR, c DECIMAL(10,2))")
        rows = [(i, None if i % 3 == 0 else f"n{i}", D(i) / 100) for i in range(10_000)]
        cursor.executemany("INSERT INTO many VALUES (?, ?, ?)", rows)
        assert cursor.rowcount == 10_000
        cursor.executemany("UPDATE many SET a = a + ? WHERE a = ?", [(1_000_000, i) for i in range(0, 10_000, 100)])
        assert cursor.rowcount == 100
    assert rows_of(db, "SELECT count(*), count(b), sum(c)::DOUBLE FROM many") == [(10_000, 6666, 499950.0)]
    values = batch(pa.array([i if i % 2 else None for i in range(1_000)]), pa.array([None if i % 5 == 0 else str(i) for i in range(1_000)]))
    result = rows_of(db, "SELECT ?, ?", values)
    assert result == [(i if i % 2 else None, None if i % 5 == 0 else str(i)) for i in range(1_000)]
    rows_of(db, "DROP TABLE many")


def test_an_update_of_which_one_row_fails_changes_nothing(db):
    with db.cursor() as cursor:
        cursor.execute("CREATE OR REPLACE TABLE strict(a TINYINT)")
        with pytest.raises(adbc_driver_manager.Error, match="(?i)out of range|conver"):
            cursor.executemany("INSERT INTO strict VALUES (? + 0)", [(1,), (2,), (300,)])
    assert rows_of(db, "SELECT count(*) FROM strict") == [(0,)]
    rows_of(db, "DROP TABLE strict")


@pytest.mark.parametrize("sql, values, words", [
    ("SELECT ? + ?", (1,), "1 were given (expected: 2)"),
    ("SELECT ?", (1, 2), "2 were given (expected: 1)"),
    ("SELECT 1", (1,), "1 were given (expected: 0)"),
    ("SELECT year(?)", (1,), "year"),
    ("SELECT ? + 1", (datetime.datetime(2020, 1, 1),), "+"),
    ("SELECT ?, $1", (1,), "several kinds"),
    ("SELECT $a, $1", (1, 2), "Mixing named and positional"),
    ("SELECT id FROM sales WHERE id = ?", ("not a number",), "not a number"),
])
def test_wrong_parameters_are_named(db, sql, values, words):
    with pytest.raises(adbc_driver_manager.Error) as error:
        rows_of(db, sql, values)
    assert words in str(error.value)
    assert "INVALID" in str(error.value).upper() and "syntax error" not in str(error.value)
    assert rows_of(db, "SELECT 1") == [(1,)]


def test_one_statement_takes_values_of_one_type_after_another(db):
    with db.cursor() as cursor:
        for _ in range(2):
            for value in (1, 1.5, "x", None, D("1.50"), datetime.date(2020, 1, 1), True):
                cursor.execute("SELECT ? AS v", (value,))
                assert cursor.fetchall() == [(value,)]


def test_by_name(db):
    assert rows_of(db, "SELECT $first || $second", batch(pa.array(["b"]), pa.array(["a"]), names=["second", "FIRST"])) == [("ab",)]


def test_what_is_told_of_them(db):
    def told(sql):
        with db.cursor() as cursor:
            return [str(field.type) for field in cursor.adbc_prepare(sql)]

    assert told("SELECT 1 + ?") == ["int64"]
    assert told("SELECT id + ? FROM sales") == ["int64"]
    assert told("SELECT 1.5 * ?, sqrt(?)") == ["double", "double"]
    assert told("SELECT * FROM range(?)") == ["int64"]
    assert told("SELECT ?, lower(?)") == ["string", "string"]
    assert told("SELECT year(?)") == ["timestamp[ms]"]
    assert told("SELECT DATE '2020-01-01' + ?") == ["int32"]
    with db.cursor() as cursor:
        assert [field.name for field in cursor.adbc_prepare("SELECT $b + 1, $a")] == ["b", "a"]
