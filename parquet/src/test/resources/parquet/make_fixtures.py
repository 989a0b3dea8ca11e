"""Writes the Parquet fixtures and, beside each, what must come out as an Arrow IPC stream.

Run with pyarrow 26 in this folder: python make_fixtures.py
"""
import decimal
import random

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

ROWS = 40
rnd = random.Random(7)


def nulls(values, share=0.2):
    return [None if rnd.random() < share else value for value in values]


def text():
    return "".join(rnd.choice("abcé漢") for _ in range(rnd.choice([0, 1, 3, 15, 16, 17, 40])))


def ints(low, high):
    return nulls([rnd.randrange(low, high) for _ in range(ROWS)])


def save(name, table, expected=None, **options):
    pq.write_table(table, name + ".parquet", write_statistics=False, **options)
    expected = table if expected is None else expected
    with pa.OSFile(name + ".arrows", "wb") as sink, pa.ipc.new_stream(sink, expected.schema) as w:
        w.write_table(expected.combine_chunks())


def numbers():
    columns = {}
    for name in ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]:
        info = np.iinfo(name)
        columns[name] = pa.array(
            nulls([rnd.randint(int(info.min), int(info.max)) for _ in range(ROWS)]), getattr(pa, name)())
    columns["half"] = pa.array(nulls([np.float16(rnd.random()) for _ in range(ROWS)]), pa.float16())
    columns["float"] = pa.array(nulls([rnd.random() for _ in range(ROWS)]), pa.float32())
    columns["double"] = pa.array([rnd.random() for _ in range(ROWS)], pa.float64())
    columns["bool"] = pa.array(nulls([rnd.random() < 0.5 for _ in range(ROWS)]), pa.bool_())
    columns["null"] = pa.nulls(ROWS)
    for precision, kind in [(5, pa.decimal128), (18, pa.decimal128), (38, pa.decimal128), (60, pa.decimal256)]:
        values = [decimal.Decimal(rnd.randrange(-10**precision + 1, 10**precision)) for _ in range(ROWS)]
        columns[f"decimal{precision}"] = pa.array(nulls(values), kind(precision, 0))
    return pa.table(columns)


def times():
    columns = {
        "date32": pa.array(ints(-10000, 30000), pa.date32()),
        "date64": pa.array([None if d is None else d * 86400000 for d in ints(-10000, 30000)], pa.date64()),
        "time32s": pa.array(ints(0, 86400), pa.time32("s")),
        "time32ms": pa.array(ints(0, 86400000), pa.time32("ms")),
        "time64us": pa.array(ints(0, 86400000000), pa.time64("us")),
        "time64ns": pa.array(ints(0, 86400000000000), pa.time64("ns")),
    }
    for unit in ["s", "ms", "us", "ns"]:
        columns["duration_" + unit] = pa.array(ints(-(10**9), 10**9), pa.duration(unit))
        for zone in [None, "UTC", "Europe/Berlin"]:
            columns[f"timestamp_{unit}_{zone}"] = pa.array(ints(-(10**9), 10**9), pa.timestamp(unit, zone))
    return pa.table(columns)


def bytes_():
    columns = {}
    for kind in [pa.string(), pa.large_string(), pa.string_view()]:
        columns[str(kind)] = pa.array(nulls([text() for _ in range(ROWS)]), kind)
        columns[str(kind) + "_few"] = pa.array([rnd.choice(["x", "a longer text than 16"]) for _ in range(ROWS)], kind)
    for kind in [pa.binary(), pa.large_binary(), pa.binary_view()]:
        columns[str(kind)] = pa.array(nulls([text().encode() for _ in range(ROWS)]), kind)
    columns["fixed"] = pa.array(nulls([rnd.randbytes(5) for _ in range(ROWS)]), pa.binary(5))
    for index in [pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8()]:
        words = pa.array(sorted({text() for _ in range(20)}))
        indices = pa.array(ints(0, len(words)), index)
        columns["dictionary_" + str(index)] = pa.DictionaryArray.from_arrays(indices, words, ordered=index == pa.int16())
    return pa.table(columns)


def nested():
    def maybe(make, share=0.2):
        return lambda: None if rnd.random() < share else make()

    def several(make):
        return maybe(lambda: [make() for _ in range(rnd.choice([0, 1, 2, 5]))])

    number = maybe(lambda: rnd.randrange(100))
    word = maybe(text)
    pair = maybe(lambda: {"a": number(), "b": word()})
    pair_type = pa.struct([("a", pa.int32()), ("b", pa.string())])
    fixed = maybe(lambda: [number(), number()])
    required = pa.field("el", pa.struct([pa.field("q", pa.int32(), False), pa.field("r", pa.list_(pa.float64()))]), False)
    makers = {
        "list": (several(number), pa.list_(pa.int64())),
        "large_list": (several(word), pa.large_list(pa.string())),
        "list_list": (several(several(number)), pa.list_(pa.list_(pa.int32()))),
        "struct": (pair, pair_type),
        "list_struct": (several(pair), pa.list_(pair_type)),
        "struct_struct": (
            maybe(lambda: {"x": pair(), "y": several(number)()}),
            pa.struct([("x", pair_type), ("y", pa.list_(pa.int16()))])),
        "map": (maybe(lambda: [(str(i), number()) for i in range(rnd.randrange(4))]), pa.map_(pa.string(), pa.int32())),
        "map_list": (
            maybe(lambda: [(i, several(word)()) for i in range(rnd.randrange(4))]),
            pa.map_(pa.int32(), pa.list_(pa.string()), keys_sorted=True)),
        "list_bool": (several(maybe(lambda: rnd.random() < 0.5)), pa.list_(pa.bool_())),
        "required": (lambda: [{"q": 1, "r": [3.5]}], pa.list_(required)),
        "fixed": (fixed, pa.list_(pa.int32(), 2)),
        "list_fixed": (several(fixed), pa.list_(pa.list_(pa.int32(), 2))),
        "fixed_fixed": (maybe(lambda: [fixed() for _ in range(3)]), pa.list_(pa.list_(pa.int32(), 2), 3)),
        "struct_fixed_list": (
            maybe(lambda: {"v": maybe(lambda: [several(number)(), several(number)()])()}),
            pa.struct([("v", pa.list_(pa.list_(pa.int8()), 2))])),
    }
    return pa.table({name: pa.array([make() for _ in range(ROWS)], kind) for name, (make, kind) in makers.items()})


def encodings():
    names = {
        "DELTA_BINARY_PACKED": [("i32", pa.int32()), ("i64", pa.int64()), ("u64", pa.uint64())],
        "DELTA_LENGTH_BYTE_ARRAY": [("s1", pa.string())],
        "DELTA_BYTE_ARRAY": [("s2", pa.large_string()), ("f1", pa.binary(3))],
        "BYTE_STREAM_SPLIT": [("d", pa.float64()), ("f", pa.float32()), ("f2", pa.binary(3)), ("i32s", pa.int32())],
        "RLE": [("b", pa.bool_())],
    }
    columns, chosen = {}, {}
    for encoding, fields in names.items():
        for name, kind in fields:
            if pa.types.is_boolean(kind):
                values = [rnd.random() < 0.9 for _ in range(ROWS)]
            elif pa.types.is_fixed_size_binary(kind):
                values = [rnd.randbytes(3) for _ in range(ROWS)]
            elif pa.types.is_floating(kind):
                values = [rnd.random() for _ in range(ROWS)]
            elif pa.types.is_integer(kind):
                values = [rnd.randrange(2**31) for _ in range(ROWS)]
            else:
                values = ["prefix" + text() for _ in range(ROWS)]
            columns[name] = pa.array(nulls(values), kind)
            chosen[name] = encoding
    return pa.table(columns), chosen


def main():
    small = {"row_group_size": 30, "data_page_size": 64, "write_batch_size": 8}
    for version in ["1.0", "2.0"]:
        suffix = "_v" + version[0]
        save("numbers" + suffix, numbers(), data_page_version=version, **small)
        save("bytes" + suffix, bytes_(), data_page_version=version, **small)
        save("nested" + suffix, nested(), data_page_version=version, row_group_size=25, compression="zstd")
        table, chosen = encodings()
        save("encodings" + suffix, table, data_page_version=version, use_dictionary=False, column_encoding=chosen, **small)
    save("times", times(), row_group_size=25)
    save("fallback", bytes_(), dictionary_pagesize_limit=60, **small)
    plain = pa.table({"i": ints(0, 9), "s": nulls([text() for _ in range(ROWS)])})
    for codec in ["none", "snappy", "gzip", "zstd", "lz4", "brotli"]:
        save("codec_" + codec, plain, compression=codec, write_page_checksum=True)
    nanos = pa.table({"t": pa.array(ints(0, 10**18), pa.timestamp("ns"))})
    save("int96", nanos, use_deprecated_int96_timestamps=True)
    save("no_arrow_schema", plain, store_schema=False)
    save("empty", plain.slice(0, 0))
    save("same_names", pa.Table.from_arrays([pa.array([1, 2]), pa.array(["a", None])], names=["x", "x"]))
    save("extension", pa.table({"u": pa.array([bytes(range(16))] * 3, pa.uuid())}))


main()
