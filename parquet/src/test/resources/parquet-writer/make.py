"""Makes table.arrows (what is put) and table.parquet (the same rows as pyarrow writes them).

    python make.py        # pyarrow 26
"""
import datetime as dt
import decimal

import pyarrow as pa
import pyarrow.ipc as ipc
import pyarrow.parquet as pq

N = 23


def some(values, t, every=5):
    return pa.array([None if k % every == 2 else values(k) for k in range(N)], t)


D = decimal.Decimal
flat = {
    "bool": some(lambda k: k % 3 == 0, pa.bool_()),
    **{f"int{b}": some(lambda k: (-1) ** k * (2 ** (b - 1) - 1 - k), pa.type_for_alias(f"int{b}")) for b in (8, 16, 32, 64)},
    **{f"uint{b}": some(lambda k: 2 ** b - 1 - k, pa.type_for_alias(f"uint{b}")) for b in (8, 16, 32, 64)},
    "half": some(lambda k: k / 2, pa.float32()).cast(pa.float16()),
    "float": some(lambda k: k * 1.5 - 7, pa.float32()),
    "double": some(lambda k: -k / 3, pa.float64()),
    "decimal_5_2": some(lambda k: D(k * 100 - 700).scaleb(-2), pa.decimal128(5, 2)),
    "decimal_18_3": some(lambda k: D(k * 10**15 - 10**16).scaleb(-3), pa.decimal128(18, 3)),
    "decimal_38_10": some(lambda k: D(k * 10**35 - 10**36).scaleb(-10, decimal.Context(prec=50)), pa.decimal128(38, 10)),
    "decimal256_38_2": some(lambda k: D(k * 10**30 - 10**31).scaleb(-2, decimal.Context(prec=50)), pa.decimal256(38, 2)),
    "date32": some(lambda k: dt.date(1969, 12, 20) + dt.timedelta(k), pa.date32()),
    "date64": some(lambda k: dt.date(2026, 2, 20) + dt.timedelta(k), pa.date64()),
    **{f"timestamp_{u}": some(lambda k: k * 10**9 - 10**10, pa.int64()).cast(pa.timestamp(u)) for u in ("s", "ms", "us", "ns")},
    **{f"timestamptz_{u}": some(lambda k: k * 10**9 - 10**10, pa.int64()).cast(pa.timestamp(u, "Europe/Berlin")) for u in ("s", "ms", "us", "ns")},
    "duration": some(lambda k: k * 77 - 500, pa.int64()).cast(pa.duration("ms")),
    "utf8": some(lambda k: "漢字é"[: k % 4] + "x" * k, pa.string()),
    "large_utf8": some(lambda k: f"value {k % 3}", pa.large_string()),
    "utf8_view": some(lambda k: "long enough to be out of line " * (k % 2) + str(k), pa.string_view()),
    "binary": some(lambda k: bytes([k, 255, 0]) * (k % 4), pa.binary()),
    "large_binary": some(lambda k: bytes([k]), pa.large_binary()),
    "binary_view": some(lambda k: bytes(k), pa.binary_view()),
    "fixed_binary": some(lambda k: bytes([255 - k, k, 7]), pa.binary(3)),
    "null": pa.nulls(N),
    "dictionary": some(lambda k: ["red", "green", "blue"][k % 3], pa.string()).dictionary_encode(),
    "ordered": pa.DictionaryArray.from_arrays(some(lambda k: k % 3, pa.uint8()), pa.array([10, 20, 30], pa.int64()), ordered=True),
}
Di = pa.dictionary(pa.int16(), pa.string())
colour = lambda k: ["red", "green", None][k % 3]
nested = {
    "list": some(lambda k: [None if j == 1 else j for j in range(k % 4)], pa.list_(pa.int32())),
    "large_list": some(lambda k: ["a" * j for j in range(k % 3)], pa.large_list(pa.field("$data$", pa.string(), nullable=False))),
    "fixed_list": some(lambda k: [k, None, -k], pa.list_(pa.int16(), 3)),
    "list_list": some(lambda k: [None if j == 1 else list(range(j)) for j in range(k % 5)], pa.list_(pa.list_(pa.int64()))),
    "struct": some(lambda k: {"a": k, "b": None if k % 2 else str(k)}, pa.struct([pa.field("a", pa.int64(), nullable=False), ("b", pa.string())])),
    "list_struct_list": some(
        lambda k: [None if j == 2 else {"x": None if j == 1 else [None if i == 0 else i for i in range(j + k % 3)], "y": {"z": j}} for j in range(k % 5)],
        pa.list_(pa.struct([("x", pa.list_(pa.int32())), ("y", pa.struct([("z", pa.int8())]))]))),
    "map": some(lambda k: [(f"k{j}", None if j == 1 else j) for j in range(k % 4)], pa.map_(pa.string(), pa.int32())),
    "map_list": some(lambda k: [(j, None if j == 1 else [str(j)] * j) for j in range(k % 4)], pa.map_(pa.int64(), pa.list_(pa.string()))),
    "dictionary_list": pa.ListArray.from_arrays(
        pa.array([0, 2, 2, 5, 6, *([6] * (N - 5)), 8]), pa.array([colour(k) for k in range(8)]).dictionary_encode()),
    "dictionary_struct": pa.StructArray.from_arrays(
        [pa.array([colour(k) for k in range(N)]).dictionary_encode(), pa.nulls(N)], ["colour", "nothing"]),
}
table = pa.table({**flat, **nested}).replace_schema_metadata({"pandas": "{}", "ключ": "значение"})
with ipc.new_stream("table.arrows", table.schema) as writer:
    writer.write_table(table)
pq.write_table(table, "table.parquet", compression="zstd", store_schema=False, write_statistics=False)
