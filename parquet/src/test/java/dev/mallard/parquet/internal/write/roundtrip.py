"""Compares what VectorWriter writes with what pyarrow reads. By hand, not part of the tests:

    mvn -q -pl core test-compile dependency:build-classpath -Dmdep.outputFile=/tmp/cp
    python roundtrip.py "$(cat /tmp/cp):core/target/classes:core/target/test-classes"
"""
import datetime as dt
import decimal
import os
import random
import subprocess
import sys
import tempfile

import numpy as np
import pyarrow as pa
import pyarrow.ipc as ipc
import pyarrow.parquet as pq

R = random.Random(7)


def some(n, make, nulls=0.2):
    return [None if R.random() < nulls else make() for _ in range(n)]


def text(max_len=30):
    return "".join(R.choice("abcé漢z") for _ in range(R.randrange(max_len)))


def column(t, n=5000, nulls=0.2):
    i = lambda lo, hi: lambda: R.randrange(lo, hi)
    if pa.types.is_integer(t):
        bits = t.bit_width
        lo, hi = (-(2 ** (bits - 1)), 2 ** (bits - 1)) if pa.types.is_signed_integer(t) else (0, 2**bits)
        return pa.array(some(n, i(lo, hi), nulls), t)
    if pa.types.is_floating(t):
        return pa.array(some(n, lambda: np.float16(R.random()) if t.bit_width == 16 else R.random() - .5, nulls), t)
    if pa.types.is_boolean(t):
        return pa.array(some(n, lambda: R.random() < .3, nulls), t)
    if pa.types.is_decimal(t):
        digits = t.precision
        return pa.array(some(n, lambda: decimal.Decimal(R.randrange(-10**digits + 1, 10**digits)).scaleb(-t.scale, decimal.Context(prec=80)), nulls), t)
    if pa.types.is_date32(t):
        return pa.array(some(n, i(-10000, 30000), nulls), pa.int32()).cast(t)
    if pa.types.is_date64(t):
        return pa.array(some(n, lambda: R.randrange(-10000, 30000) * 86400000, nulls), pa.int64()).cast(t)
    if pa.types.is_time32(t):
        return pa.array(some(n, i(0, 86400 * (1 if t.unit == "s" else 1000)), nulls), pa.int32()).cast(t)
    if pa.types.is_time64(t):
        return pa.array(some(n, i(0, 86400 * 10**6 * (1 if t.unit == "us" else 1000)), nulls), pa.int64()).cast(t)
    if pa.types.is_timestamp(t) or pa.types.is_duration(t):
        return pa.array(some(n, i(-10**9, 10**10), nulls), pa.int64()).cast(t)
    if pa.types.is_fixed_size_binary(t):
        return pa.array(some(n, lambda: R.randbytes(t.byte_width), nulls), t)
    if t in (pa.string(), pa.large_string(), pa.string_view()):
        return pa.array(some(n, text, nulls), t)
    if t in (pa.binary(), pa.large_binary(), pa.binary_view()):
        return pa.array(some(n, lambda: R.randbytes(R.randrange(40)), nulls), t)
    if pa.types.is_null(t):
        return pa.nulls(n)
    if pa.types.is_dictionary(t):
        values = column(t.value_type, 20, 0).unique()
        return pa.DictionaryArray.from_arrays(
            pa.array(some(n, i(0, len(values)), nulls), t.index_type), values, ordered=t.ordered)
    if pa.types.is_struct(t):
        return pa.StructArray.from_arrays(
            [column(f.type, n, nulls if f.nullable else 0) for f in t], fields=list(t),
            mask=pa.array([R.random() < nulls for _ in range(n)]))
    if pa.types.is_fixed_size_list(t):
        return pa.FixedSizeListArray.from_arrays(
            column(t.value_type, n * t.list_size, nulls), type=t,
            mask=pa.array([R.random() < nulls for _ in range(n)]))
    if pa.types.is_list(t) or pa.types.is_large_list(t) or pa.types.is_map(t):
        offs = np.cumsum([0] + [R.choice([0, 0, 1, 2, 5]) for _ in range(n)])
        mask = pa.array([R.random() < nulls for _ in range(n)])
        m = int(offs[-1])
        if pa.types.is_map(t):
            o = pa.array([None if (k < n and mask[k].as_py()) else int(v) for k, v in enumerate(offs)], pa.int32())
            return pa.MapArray.from_arrays(o, column(t.key_type, m, 0), column(t.item_type, m, nulls), type=t)
        cls = pa.LargeListArray if pa.types.is_large_list(t) else pa.ListArray
        return cls.from_arrays(
            pa.array(offs, pa.int64() if cls is pa.LargeListArray else pa.int32()),
            column(t.value_type, m, nulls if t.value_field.nullable else 0), type=t, mask=mask)
    raise TypeError(t)


FLAT = [
    pa.bool_(), pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64(),
    pa.float16(), pa.float32(), pa.float64(), pa.decimal128(5, 2), pa.decimal128(9), pa.decimal128(15, 3),
    pa.decimal128(18, 18), pa.decimal128(19, 0), pa.decimal128(28, 6), pa.decimal128(38, 10), pa.decimal256(7, 2),
    pa.decimal256(50, 10), pa.decimal256(76, 0),
    pa.date32(), pa.date64(), pa.time32("s"), pa.time32("ms"), pa.time64("us"), pa.time64("ns"),
    pa.timestamp("s"), pa.timestamp("ms"), pa.timestamp("us"), pa.timestamp("ns"),
    pa.timestamp("s", "UTC"), pa.timestamp("ms", "Europe/Berlin"), pa.timestamp("us", "+02:00"), pa.timestamp("ns", "UTC"),
    pa.duration("s"), pa.duration("ms"), pa.duration("us"), pa.duration("ns"),
    pa.string(), pa.large_string(), pa.string_view(), pa.binary(), pa.large_binary(), pa.binary_view(),
    pa.binary(1), pa.binary(16), pa.null(),
    pa.dictionary(pa.int8(), pa.string()), pa.dictionary(pa.int32(), pa.string(), ordered=True),
    pa.dictionary(pa.uint16(), pa.large_string()), pa.dictionary(pa.int64(), pa.int64()),
    pa.dictionary(pa.int32(), pa.date32()), pa.dictionary(pa.int16(), pa.float64()), pa.dictionary(pa.int16(), pa.decimal128(20, 2)),
]
D = pa.dictionary(pa.int16(), pa.string())
NESTED = [
    pa.list_(pa.int32()), pa.list_(pa.field("$data$", pa.string(), nullable=False)), pa.large_list(pa.float64()),
    pa.list_(pa.bool_(), 3), pa.list_(pa.string(), 2), pa.list_(pa.list_(pa.int64())), pa.list_(pa.list_(pa.int8(), 2)),
    pa.struct([("a", pa.int64()), ("b", pa.string())]), pa.struct([pa.field("a", pa.int64(), False), pa.field("", pa.list_(pa.string()))]),
    pa.list_(pa.struct([("x", pa.list_(pa.int32())), ("y", pa.struct([("z", pa.string_view())]))])),
    pa.map_(pa.string(), pa.int32()), pa.map_(pa.int64(), pa.list_(pa.string())), pa.map_(pa.string(), pa.map_(pa.string(), pa.bool_())),
    pa.list_(D), pa.struct([("d", D), ("e", pa.null())]), pa.map_(pa.string(), pa.struct([("p", pa.decimal128(22, 1))])),
    pa.list_(pa.null()), pa.list_(pa.large_list(pa.list_(pa.date64()))),
]

cases = {}
for k, t in enumerate(FLAT + NESTED):
    arr = column(t)
    cases[f"nulls {t}"] = pa.table({"c": arr})
    if not pa.types.is_null(t):
        full = column(t, 3000, 0)
        cases[f"required {t}"] = pa.table([full], pa.schema([pa.field("c", t, nullable=False)]))
        cases[f"full {t}"] = pa.table({"c": full})
        cases[f"allnull {t}"] = pa.table({"c": pa.nulls(500, t)}) if not pa.types.is_fixed_size_list(t) else pa.table({"c": full})
    cases[f"empty {t}"] = pa.table({"c": arr[:0]})
n = 300_000
cases["big"] = pa.table({
    "id": np.arange(n), "rnd": np.random.randint(0, 2**62, n), "low": np.random.randint(0, 50, n),
    "f": np.random.rand(n), "f32": np.random.rand(n).astype("float32"), "nan": pa.array([float("nan"), 1.0, -0.0] * (n // 3)),
    "s": [f"customer-{i % 9973}" for i in range(n)], "u": [f"{R.random()}" for i in range(n)],
    "b": pa.array([None if i % 7 == 0 else i % 3 == 0 for i in range(n)]),
    "i32": pa.array(np.arange(n).astype("int32")[::-1]), "wild": pa.array(np.where(np.arange(n) < 150000, np.arange(n), np.random.randint(-2**31, 2**31, n)).astype("int32")),
    "grow": pa.array([i % 10 if i < 30000 else i * 7919 for i in range(n)]),
    "growstr": [str(i % 10) if i < 30000 else f"value {i}" * 3 for i in range(n)],
    "lst": pa.array([[j for j in range(i % 4)] if i % 5 else None for i in range(n)], pa.list_(pa.int64())),
    "dict": pa.array([f"k{i % 300}" for i in range(n)]).dictionary_encode(),
})
late = [None] * 50_000
cases["late"] = pa.table({
    "d": pa.array(late + ["a", "b", "c"] * 1000).dictionary_encode(), "s": late + ["a", "b", "c"] * 1000,
    "i": late + list(range(3000)), "l": pa.array(late + [[1, 2], [], None] * 1000, pa.list_(pa.int8()))})
cases["dups"] = pa.table([pa.array([1, 2]), pa.array(["a", None]), pa.array([3., 4.])], names=["a", "a", ""])
cases["wide"] = pa.table([pa.array([i, None]) for i in range(2000)], names=[f"c{i}" for i in range(2000)])
cases["meta"] = pa.table({"x": pa.array([1])}).cast(pa.schema([pa.field("x", pa.int64(), metadata={"k": "v", "PARQUET:field_id": "7"})], metadata={"pandas": "{}", "m": "ü"}))
cases["longs"] = pa.table({"s": ["x" * 100_000 + str(i) for i in range(300)], "b": [b"\xff" * 100, None, b"\xff" * 70] * 100})
cases["nullsindict"] = pa.table({"d": pa.DictionaryArray.from_arrays(pa.array([0, 1, None, 2, 1] * 100, pa.int8()), pa.array(["a", None, "c"]))})

# Slices begin inside buffers; the stream writer keeps offsets that do not start at zero in nested children.
for k in list(cases):
    if k.startswith("nulls"):
        cases["sliced " + k] = pa.concat_tables([cases[k].slice(13, 1001), cases[k].slice(2001, 7), cases[k].slice(3, 0), cases[k].slice(77)])

folder = tempfile.mkdtemp()
args = []
for k, (name, table) in enumerate(cases.items()):
    src, dst = f"{folder}/{k}.arrow", f"{folder}/{k}.parquet"
    with ipc.new_stream(src, table.schema, options=ipc.IpcWriteOptions(emit_dictionary_deltas=False)) as w:
        w.write_table(table, max_chunksize=R.choice([997, 4096, 1 << 20]))
    args += [src, dst]
subprocess.run(
    ["java", "--add-opens=java.base/java.nio=ALL-UNNAMED", "-Darrow.allocation.manager.type=Unsafe", "-cp", sys.argv[1],
     "dev.mallard.parquet.write.ConvertToParquet", *args], check=True)
bad = 0
for k, (name, table) in enumerate(cases.items()):
    path = f"{folder}/{k}.parquet"
    try:
        got = pq.read_table(path, partitioning=None) if name != "dups" else pq.ParquetFile(path).read()
        got.validate(full=True)
        meta = {a: b for a, b in (got.schema.metadata or {}).items() if not a.startswith(b"mallard:")} or None
        # pyarrow does not restore some types from its own files either (date64, seconds, dictionaries of
        # numbers): there, what it reads from its own file is what it must read from ours.
        want = table
        if not got.schema.equals(table.schema):
            try:
                pq.write_table(table, folder + "/own.parquet", store_schema=True)
                want = pq.ParquetFile(folder + "/own.parquet").read()
            except pa.ArrowNotImplementedError:
                want = table.cast(got.schema)
        if not got.schema.remove_metadata().equals(table.schema.remove_metadata()):
            print("note   ", name, "reads as", got.schema.field(0).type)
        same = got.schema.remove_metadata().equals(want.schema.remove_metadata()) and meta == table.schema.metadata
        plain = lambda t: [repr(c.to_pylist()) for c in t.columns]
        values = got.equals(want) or plain(got) == plain(want)
        want = table
        if not same or not values:
            bad += 1
            print("DIFFERS", name, "schema" if not same else "", "values" if not values else "")
            if not same:
                print("   ", got.schema, "\n   ", table.schema)
    except Exception as e:
        bad += 1
        print("FAILED ", name, repr(e)[:300])
print(len(cases), "cases,", bad, "bad,", folder)
