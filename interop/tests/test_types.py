"""Every Arrow type that pyarrow can put into Parquet comes back exactly; Feather carries all that Arrow IPC can hold."""

import datetime
import decimal

import numpy as np
import pyarrow as pa
import pytest

from conftest import get, put

D = decimal.Decimal
DATES = [datetime.date(1970, 1, 1), None, datetime.date(2026, 11, 21)]
TIMES = [datetime.time(0, 0, 1), None, datetime.time(23, 59, 59)]
STAMPS = [datetime.datetime(1969, 12, 31, 23, 59, 59), None, datetime.datetime(2026, 11, 21, 12, 0, 0)]

BOTH = {
    **{str(t): pa.array([1, None, 100], t) for t in (pa.int8(), pa.int16(), pa.int32(), pa.int64())},
    **{str(t): pa.array([1, None, 200], t) for t in (pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64())},
    "uint64 max": pa.array([0, 2**64 - 1], pa.uint64()),
    "float16": pa.array([np.float16(1.5), None, np.float16(-2)], pa.float16()),
    "float32": pa.array([1.5, None, float("-inf")], pa.float32()),
    "float64": pa.array([1.5, None, -0.0], pa.float64()),
    "decimal128(5,2)": pa.array([D("1.23"), None, D("-9.99")], pa.decimal128(5, 2)),
    "decimal128(38,10)": pa.array([D("1234567890.0123456789"), None, D("-1")], pa.decimal128(38, 10)),
    "decimal256(10,1)": pa.array([D("1.5"), None, D("-1")], pa.decimal256(10, 1)),
    "decimal256(76,20)": pa.array([D(10) ** 50, None, D("-1")], pa.decimal256(76, 20)),
    "date32": pa.array(DATES, pa.date32()),
    "date64": pa.array(DATES, pa.date64()),
    "time32[s]": pa.array(TIMES, pa.time32("s")),
    "time32[ms]": pa.array(TIMES, pa.time32("ms")),
    "time64[us]": pa.array(TIMES, pa.time64("us")),
    "time64[ns]": pa.array(TIMES, pa.time64("ns")),
    **{f"timestamp[{u}]": pa.array(STAMPS, pa.timestamp(u)) for u in ("s", "ms", "us", "ns")},
    **{
        f"timestamp[{u}, zone]": pa.array(STAMPS, pa.timestamp(u, "Europe/Vienna"))
        for u in ("s", "ms", "us", "ns")
    },
    **{f"duration[{u}]": pa.array([1, None, -5], pa.duration(u)) for u in ("s", "ms", "us", "ns")},
    "string": pa.array(["", None, "Größe 🦆"], pa.string()),
    "binary": pa.array([b"", None, b"\x00\xff"], pa.binary()),
    "large_string": pa.array(["", None, "x"], pa.large_string()),
    "large_binary": pa.array([b"", None, b"x"], pa.large_binary()),
    "string_view": pa.array(["", None, "x", "longer than twelve bytes"], pa.string_view()),
    "binary_view": pa.array([b"", None, b"longer than twelve bytes"], pa.binary_view()),
    "fixed_size_binary": pa.array([b"abc", None, b"xyz"], pa.binary(3)),
    "bool": pa.array([True, None, False]),
    "null": pa.nulls(3),
    "list": pa.array([[1, None], None, [], [3]], pa.list_(pa.int32())),
    "list of strings": pa.array([["a", None], None, [], ["ccc"]], pa.list_(pa.string())),
    "large_list": pa.array([[1, None], None, []], pa.large_list(pa.int64())),
    "fixed_size_list": pa.array([[1, None], None, [3, 4]], pa.list_(pa.int32(), 2)),
    "list of list": pa.array([[[1], None, []], None, [[2, 3]]], pa.list_(pa.list_(pa.int64()))),
    "struct": pa.array([{"a": 1, "b": "x"}, None, {"a": None, "b": None}], pa.struct([("a", pa.int64()), ("b", pa.string())])),
    "struct of list": pa.array([{"a": [1, 2]}, None, {"a": None}], pa.struct([("a", pa.list_(pa.int8()))])),
    "list of struct": pa.array([[{"a": 1}, None], None, []], pa.list_(pa.struct([("a", pa.int16())]))),
    "map": pa.array([[("a", 1), ("b", None)], None, []], pa.map_(pa.string(), pa.int64())),
    "dictionary": pa.array(["a", None, "b", "a"]).dictionary_encode(),
    "dictionary int8": pa.DictionaryArray.from_arrays(pa.array([0, None, 1], pa.int8()), pa.array(["x", "y"])),
    "dictionary ordered": pa.DictionaryArray.from_arrays(
        pa.array([1, None, 0], pa.int16()), pa.array(["low", "high"]), ordered=True
    ),
    "dictionary of int64": pa.DictionaryArray.from_arrays(pa.array([1, None, 0]), pa.array([10, 20])),
    "dictionary in list": pa.ListArray.from_arrays([0, 2, 3], pa.array(["a", "b", "a"]).dictionary_encode()),
    "dictionary in struct": pa.StructArray.from_arrays([pa.array(["a", "b", "a"]).dictionary_encode()], names=["d"]),
    "uuid": pa.array([b"0123456789abcdef", None], pa.uuid()),
}

FEATHER_ONLY = {
    "month_day_nano_interval": pa.array([(1, 15, 1_000_001), None, (0, -1, 2)], pa.month_day_nano_interval()),
    "sparse union": pa.UnionArray.from_sparse(
        pa.array([0, 1, 0], pa.int8()), [pa.array([1, 2, 3]), pa.array(["a", "b", "c"])]
    ),
    "dense union": pa.UnionArray.from_dense(
        pa.array([0, 1, 0], pa.int8()), pa.array([0, 0, 1], pa.int32()), [pa.array([1, 2]), pa.array(["a"])]
    ),
    "run-end encoded": pa.RunEndEncodedArray.from_arrays(pa.array([2, 5], pa.int32()), pa.array(["a", None])),
    "list view": pa.array([[1, 2], None, []], pa.list_view(pa.int32())),
    "empty struct": pa.array([{}, None, {}], pa.struct([])),
}


def check(client, name, table):
    put(client, name, table)
    back = get(client, name)
    back.validate(full=True)
    assert back.schema.equals(table.schema, check_metadata=True), f"{back.schema} / {table.schema}"
    assert back.equals(table) or back.to_pylist() == table.to_pylist()
    assert list(map(str, back.schema.types)) == list(map(str, table.schema.types))


@pytest.mark.parametrize("kind", BOTH)
def test_parquet_gives_back_exactly(client, kind):
    check(client, "type.parquet", pa.table({"column": BOTH[kind]}))
    empty = pa.table({"column": BOTH[kind]}).slice(0, 0)
    check(client, "type.parquet", empty)


@pytest.mark.parametrize("kind", {**BOTH, **FEATHER_ONLY})
def test_feather_gives_back_exactly(client, kind):
    check(client, "type.feather", pa.table({"column": {**BOTH, **FEATHER_ONLY}[kind]}))


@pytest.mark.parametrize("kind", ["sparse union", "dense union", "run-end encoded", "list view", "empty struct"])
def test_what_parquet_cannot_hold_is_refused_by_name(client, kind):
    with pytest.raises(pa.ArrowInvalid, match="column 'column'.*[Ff]eather"):
        put(client, "refused.parquet", pa.table({"column": FEATHER_ONLY[kind]}))
    assert b"refused.parquet" not in [i.descriptor.path[0] for i in client.list_flights()]


@pytest.mark.parametrize("name", ["odd.parquet", "odd.feather"])
class TestOddTables:
    def test_no_columns(self, client, name):
        check(client, name, pa.table({}))

    def test_no_rows(self, client, name):
        check(client, name, pa.table({"a": pa.array([], pa.int64())}))

    def test_empty_batches_between_full_ones(self, client, name):
        batch = pa.record_batch({"a": pa.array([1, 2])})
        check(client, name, pa.Table.from_batches([batch.slice(0, 0), batch, batch.slice(0, 0), batch]))

    def test_duplicate_column_names(self, client, name):
        check(client, name, pa.Table.from_arrays([pa.array([1]), pa.array(["x"])], names=["a", "a"]))

    def test_non_ascii_and_empty_names(self, client, name):
        check(client, name, pa.table({"größe 🦆": [1], "": [2], "a.b": [3]}))

    def test_two_thousand_columns(self, client, name):
        check(client, name, pa.table({f"c{i}": pa.array([i, None]) for i in range(2000)}))

    def test_schema_and_field_metadata(self, client, name):
        schema = pa.schema(
            [pa.field("a", pa.int64(), nullable=False, metadata={"unit": "m"})], metadata={"source": "här", "x": "1"}
        )
        check(client, name, pa.table([pa.array([1])], schema=schema))

    def test_pandas_metadata(self, client, name):
        import pandas as pd

        frame = pd.DataFrame({"a": [1.5, None], "t": pd.to_datetime(["2026-01-01", "2026-01-02"])}, index=[7, 9])
        table = pa.Table.from_pandas(frame)
        check(client, name, table)
        pd.testing.assert_frame_equal(get(client, name).to_pandas(), frame)

    def test_dictionaries_that_change_between_batches(self, client, name):
        batches = [
            pa.record_batch({"d": pa.array(["a", "b"]).dictionary_encode()}),
            pa.record_batch({"d": pa.array(["b", "c"]).dictionary_encode()}),
            pa.record_batch({"d": pa.array(["d", None]).dictionary_encode()}),
        ]
        table = pa.Table.from_batches(batches)
        put(client, name, table)
        back = get(client, name)
        assert back.schema == table.schema
        assert back["d"].to_pylist() == ["a", "b", "b", "c", "d", None]
        assert back.to_pandas()["d"].tolist()[:5] == ["a", "b", "b", "c", "d"]

    def test_large_values_and_many_batches(self, client, name):
        rows = 50_000
        table = pa.table(
            {
                "i": pa.array(range(rows)),
                "s": pa.array([("x" * (i % 50)) if i % 11 else None for i in range(rows)]),
                "l": pa.array([list(range(i % 5)) for i in range(rows)]),
            }
        )
        put(client, name, table, max_chunksize=777)
        assert get(client, name).equals(table)
