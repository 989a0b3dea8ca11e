"""Every type of DuckDB: which Arrow type a client gets, and which value. docs/sql.md's table says the same."""

import datetime as dt
import json
import re
import uuid
from decimal import Decimal
from zoneinfo import ZoneInfo

import adbc_driver_flightsql.dbapi as dbapi
import pyarrow as pa
import pyarrow.flight as flight
import pytest

from conftest import ROOT, serving

UTC = ZoneInfo("UTC")
HUGE = 2**127 - 1
MAX = 2**63 - 1


def month_day_nano(months, days, nanos):
    return pa.MonthDayNano([months, days, nanos])


def union(**members):
    fields = [pa.field(name, kind) for name, kind in members.items()]
    return pa.sparse_union(fields, list(range(len(fields))))


ENUM = pa.dictionary(pa.uint8(), pa.string())

# DuckDB's type, an expression, the Arrow type, the value
TYPES = [
    ("BOOLEAN", "true", pa.bool_(), True),
    ("TINYINT", "(-128)::TINYINT", pa.int8(), -128),
    ("SMALLINT", "(-32768)::SMALLINT", pa.int16(), -32768),
    ("INTEGER", "(-2147483648)::INTEGER", pa.int32(), -(2**31)),
    ("BIGINT", "(-9223372036854775808)::BIGINT", pa.int64(), -(2**63)),
    ("UTINYINT", "255::UTINYINT", pa.uint8(), 255),
    ("USMALLINT", "65535::USMALLINT", pa.uint16(), 65535),
    ("UINTEGER", "4294967295::UINTEGER", pa.uint32(), 2**32 - 1),
    ("UBIGINT", "18446744073709551615::UBIGINT", pa.uint64(), 2**64 - 1),
    ("HUGEINT", f"{10**37}::HUGEINT", pa.decimal128(38, 0), Decimal(10**37)),
    ("HUGEINT", f"{HUGE}::HUGEINT", pa.decimal128(38, 0), Decimal(HUGE)),
    ("HUGEINT", f"(-{HUGE} - 1)::HUGEINT", pa.decimal128(38, 0), Decimal(-HUGE - 1)),
    ("UHUGEINT", f"{2**128 - 1}::UHUGEINT", pa.string(), str(2**128 - 1)),
    ("BIGNUM", f"{10**59 + 7}::BIGNUM", pa.string(), str(10**59 + 7)),
    ("FLOAT", "0.1::FLOAT", pa.float32(), pa.scalar(0.1, pa.float32()).as_py()),
    ("FLOAT", "'-inf'::FLOAT", pa.float32(), float("-inf")),
    ("DOUBLE", "0.1::DOUBLE", pa.float64(), 0.1),
    ("DECIMAL", "-1.25::DECIMAL(4,2)", pa.decimal128(4, 2), Decimal("-1.25")),
    ("DECIMAL", "1.25::DECIMAL(9,2)", pa.decimal128(9, 2), Decimal("1.25")),
    ("DECIMAL", "1.25::DECIMAL(18,2)", pa.decimal128(18, 2), Decimal("1.25")),
    ("DECIMAL", f"{'9' * 28}.0123456789::DECIMAL(38,10)", pa.decimal128(38, 10), Decimal(f"{'9' * 28}.0123456789")),
    ("VARCHAR", "'grün \U0001F986'", pa.string(), "grün \U0001F986"),
    ("BLOB", r"'\xAA\x00'::BLOB", pa.binary(), b"\xaa\x00"),
    ("BIT", "'0010101'::BIT", pa.string(), "0010101"),
    ("UUID", "'b5a4d1e0-0000-4000-8000-00000000000f'::UUID", pa.string(), "b5a4d1e0-0000-4000-8000-00000000000f"),
    ("JSON", """'{"a": [1, null]}'::JSON""", pa.string(), '{"a": [1, null]}'),
    ("VARIANT", "{'a': 1}::VARIANT", pa.string(), "{'a': 1}"),
    ("GEOMETRY", "'POINT(1 2)'::GEOMETRY", pa.binary(), bytes.fromhex("0101000000000000000000f03f0000000000000040")),
    ("ENUM", "'b'::ENUM('a', 'b')", ENUM, "b"),
    ("DATE", "DATE '1969-07-20'", pa.date32(), dt.date(1969, 7, 20)),
    ("TIME", "TIME '11:30:00.123456'", pa.time64("us"), dt.time(11, 30, 0, 123456)),
    ("TIME_NS", "'11:30:00.123456789'::TIME_NS", pa.time64("ns"), 41400123456789),
    ("TIMETZ", "'11:30:00.123456+05:30'::TIMETZ", pa.string(), "11:30:00.123456+05:30"),
    ("TIMESTAMP", "TIMESTAMP '1960-03-22 01:02:03.123456'", pa.timestamp("us"),
     dt.datetime(1960, 3, 22, 1, 2, 3, 123456)),
    ("TIMESTAMP_S", "'1992-03-22 01:02:03'::TIMESTAMP_S", pa.timestamp("s"), dt.datetime(1992, 3, 22, 1, 2, 3)),
    ("TIMESTAMP_MS", "'1992-03-22 01:02:03.123'::TIMESTAMP_MS", pa.timestamp("ms"),
     dt.datetime(1992, 3, 22, 1, 2, 3, 123000)),
    ("TIMESTAMP_NS", "'1992-03-22 01:02:03.123456789'::TIMESTAMP_NS", pa.timestamp("ns"), 701226123123456789),
    ("TIMESTAMPTZ", "TIMESTAMPTZ '1992-03-22 01:02:03.123456+02'", pa.timestamp("us", "UTC"),
     dt.datetime(1992, 3, 21, 23, 2, 3, 123456, tzinfo=UTC)),
    ("TIMESTAMPTZ_NS", "'1992-03-22 01:02:03.123456789+00'::TIMESTAMPTZ_NS", pa.timestamp("ns", "UTC"), 701226123123456789),
    ("INTERVAL", "INTERVAL '1 year -2 days 3.000001 seconds'", pa.month_day_nano_interval(),
     month_day_nano(12, -2, 3000001000)),
    ("LIST", "[1, NULL, 3]", pa.list_(pa.int32()), [1, None, 3]),
    ("LIST", "[]::INTEGER[][]", pa.list_(pa.list_(pa.int32())), []),
    ("LIST", "['a'::ENUM('a')]", pa.list_(ENUM), ["a"]),
    ("ARRAY", "[1, 2, 3]::INTEGER[3]", pa.list_(pa.int32(), 3), [1, 2, 3]),
    ("STRUCT", "{'a': 1, 'b': 'x', 'c': NULL::DATE}",
     pa.struct([("a", pa.int32()), ("b", pa.string()), ("c", pa.date32())]), {"a": 1, "b": "x", "c": None}),
    ("STRUCT", f"{{'t': '11:30:00+05'::TIMETZ, 'l': [{2**128 - 1}::UHUGEINT]}}",
     pa.struct([("t", pa.string()), ("l", pa.list_(pa.string()))]), {"t": "11:30:00+05", "l": [str(2**128 - 1)]}),
    ("MAP", "MAP {'a': 1, 'b': NULL}", pa.map_(pa.string(), pa.int32()), [("a", 1), ("b", None)]),
    ("UNION", "union_value(n := 5)::UNION(n INTEGER, s VARCHAR)", union(n=pa.int32(), s=pa.string()), 5),
    ("UNION", "union_value(s := 'x')::UNION(n INTEGER, s VARCHAR)", union(n=pa.int32(), s=pa.string()), "x"),
    ("NULL", "NULL", pa.null(), None),
]

# The largest values there are stand for infinity, as in DuckDB.
INFINITE = [
    ("DATE", pa.date32(), 2**31 - 1),
    ("TIMESTAMP", pa.timestamp("us"), MAX),
    ("TIMESTAMP_S", pa.timestamp("s"), MAX),
    ("TIMESTAMP_MS", pa.timestamp("ms"), MAX),
    ("TIMESTAMP_NS", pa.timestamp("ns"), MAX),
    ("TIMESTAMPTZ", pa.timestamp("us", "UTC"), MAX),
]


@pytest.fixture(scope="module")
def connection(server):
    with dbapi.connect(server.uri, autocommit=True) as connected:
        yield connected


def plain(client, sql):
    info = client.get_flight_info(flight.FlightDescriptor.for_command(sql))
    table = client.do_get(info.endpoints[0].ticket).read_all()
    assert info.schema == table.schema
    assert client.get_schema(flight.FlightDescriptor.for_command(sql)).schema == table.schema
    return table


def adbc(connection, sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetch_arrow_table()


def same_type(actual, wanted):
    """But for the names of lists' items, which clients do not look at."""
    if pa.types.is_fixed_size_list(wanted):
        return (pa.types.is_fixed_size_list(actual) and actual.list_size == wanted.list_size
                and same_type(actual.value_type, wanted.value_type))
    if pa.types.is_list(wanted):
        return pa.types.is_list(actual) and same_type(actual.value_type, wanted.value_type)
    if pa.types.is_struct(wanted):
        return pa.types.is_struct(actual) and [f.name for f in actual] == [f.name for f in wanted] and all(
            same_type(a.type, w.type) for a, w in zip(actual, wanted))
    return actual == wanted


def value(column):
    kind = column.type
    if (pa.types.is_timestamp(kind) or pa.types.is_time(kind)) and kind.unit == "ns":
        return column.combine_chunks().view(pa.int64())[0].as_py()
    return column[0].as_py()


def check(table, arrow_type, expected):
    assert same_type(table["v"].type, arrow_type), table["v"].type
    assert value(table["v"]) == expected
    table.validate(full=True)


IDS = [f"{name}-{i}" for i, (name, *_) in enumerate(TYPES)]


@pytest.mark.parametrize("name, expression, arrow_type, expected", TYPES, ids=IDS)
def test_type_and_value_by_plain_flight(client, name, expression, arrow_type, expected):
    check(plain(client, f"SELECT {expression} AS v"), arrow_type, expected)


@pytest.mark.parametrize("name, expression, arrow_type, expected", TYPES, ids=IDS)
def test_type_and_value_by_adbc(connection, name, expression, arrow_type, expected):
    check(adbc(connection, f"SELECT {expression} AS v"), arrow_type, expected)


@pytest.mark.parametrize("name, expression, arrow_type, expected", TYPES, ids=IDS)
def test_nulls_and_columns_of_stored_tables(client, connection, name, expression, arrow_type, expected):
    """As a column of a table: values between NULLs, and a result without rows has the same schema."""
    if name in ("NULL", "ENUM") or "ENUM" in expression:
        pytest.skip("no such column")
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE OR REPLACE TABLE kept AS SELECT 1 AS i, {expression} AS v")
        cursor.execute("INSERT INTO kept VALUES (0, NULL), (2, NULL)")
    table = plain(client, "SELECT v FROM kept ORDER BY i")
    assert same_type(table["v"].type, arrow_type)
    assert [v.is_valid for v in table["v"]] == [False, True, False] or pa.types.is_union(arrow_type)
    assert value(table["v"].slice(1)) == expected
    empty = adbc(connection, "SELECT v FROM kept WHERE false")
    assert empty.schema == table.schema and len(empty) == 0


@pytest.mark.parametrize("name, arrow_type, largest", INFINITE, ids=[i[0] for i in INFINITE])
def test_infinity_is_the_largest_value(client, connection, name, arrow_type, largest):
    sql = f"SELECT 'infinity'::{name} AS v UNION ALL SELECT '-infinity'::{name} ORDER BY 1"
    for table in (plain(client, sql), adbc(connection, sql)):
        column = table["v"].combine_chunks()
        assert column.type == arrow_type
        assert column.view(pa.int32() if name == "DATE" else pa.int64()).to_pylist() == [-largest, largest]


def test_geometry_says_what_it_is(client):
    field = plain(client, "SELECT 'POINT(1 2)'::GEOMETRY AS v").schema.field("v")
    assert field.metadata[b"ARROW:extension:name"] == b"geoarrow.wkb"


def test_enumerations_stay_dictionaries_over_many_batches(client, connection):
    sql = "SELECT (CASE i % 3 WHEN 0 THEN 'a' WHEN 1 THEN 'b' END)::ENUM('a', 'b') AS v FROM range(300000) t(i) ORDER BY i"
    for table in (plain(client, sql), adbc(connection, sql)):
        assert table["v"].type == ENUM
        assert table["v"].to_pylist() == ["a", "b", None] * 100_000


def test_aggregates_have_the_types_that_duckdb_gives_them(client):
    table = plain(client, "SELECT count(*) AS c, sum(i) AS s, avg(i) AS a FROM range(3) t(i)")
    assert table.schema.types == [pa.int64(), pa.decimal128(38, 0), pa.float64()]
    assert table.to_pylist() == [{"c": 3, "s": Decimal(3), "a": 1.0}]


def test_text_forms_can_be_read_back(client):
    row = plain(client, f"SELECT {2**128 - 1}::UHUGEINT AS u, 'b5a4d1e0-0000-4000-8000-00000000000f'::UUID AS i,"
                        """ '{"a": 1}'::JSON AS j""").to_pylist()[0]
    assert (int(row["u"]), uuid.UUID(row["i"]).version, json.loads(row["j"])) == (2**128 - 1, 4, {"a": 1})


def test_the_documented_table_is_this_one():
    documented = set()
    section = (ROOT / "docs" / "sql.md").read_text().split("## Types\n")[1].split("\n## ")[0]
    for row in re.findall(r"^\| (.+?) \|", section, re.M):
        documented |= {name for name in re.findall(r"[A-Z][A-Z_]+", row)}
    assert documented == {name for name, *_ in TYPES}
