"""Makes the files in this folder; needs pyarrow. Run it in this folder."""

import pyarrow as pa
import pyarrow.feather as feather

table = pa.table(
    {
        "id": pa.array([1, 2, None, 4, 5], pa.int64()),
        "text": ["a", None, "Zürich 🦆", "", "e"],
        "list": pa.array([[1, 2], [], None, [3], [4, 5, 6]], pa.list_(pa.int32())),
    }
)


def write(name, tables, schema=None, metadata=None, **options):
    tables = tables if isinstance(tables, list) else [tables]
    with pa.ipc.new_file(
        name, tables[0].schema if schema is None else schema, options=pa.ipc.IpcWriteOptions(**options)
    ) as writer:
        for t in tables:
            for batch in t.to_batches(max_chunksize=2):
                writer.write_batch(batch)


write("plain.arrow", table)
write("legacy.arrow", table, metadata_version=pa.ipc.MetadataVersion.V4, use_legacy_format=True)
write("lz4.arrow", table, compression="lz4")
write("zstd.arrow", table, compression="zstd")
feather.write_feather(table, "lz4.feather")
feather.write_feather(table.select(["id", "text"]), "v1.feather", version=1)
write("empty.arrow", [], table.schema)
write("no_columns.arrow", [], pa.schema([]))

with pa.ipc.new_stream("stream.arrows", table.schema) as writer:
    writer.write_table(table)

kind = pa.dictionary(pa.int8(), pa.string())
words = [
    pa.table({"word": pa.DictionaryArray.from_arrays(pa.array([0, 1], pa.int8()), ["a", "b"])}),
    pa.table({"word": pa.DictionaryArray.from_arrays(pa.array([2, 1], pa.int8()), ["a", "b", "c"])}),
    pa.table({"word": pa.DictionaryArray.from_arrays(pa.array([3, None], pa.int8()), ["a", "b", "c", "d"])}),
]
write("deltas.arrow", words, emit_dictionary_deltas=True)
write("deltas_lz4.arrow", words, emit_dictionary_deltas=True, compression="lz4")

nested = pa.table(
    {
        "sparse": pa.UnionArray.from_sparse(
            pa.array([0, 1, 0], pa.int8()), [pa.array([1, 2, 3]), pa.array(["x", "y", "z"])]
        ),
        "dense": pa.UnionArray.from_dense(
            pa.array([0, 1, 1], pa.int8()),
            pa.array([0, 0, 1], pa.int32()),
            [pa.array([7]), pa.array(["p", "q"])],
        ),
        "runs": pa.RunEndEncodedArray.from_arrays(pa.array([2, 3], pa.int32()), ["r", "s"]),
        "view": pa.array(["short", "much longer than twelve", None], pa.string_view()),
        "list_view": pa.array([[1], None, [2, 3]], pa.list_view(pa.int16())),
        "fixed": pa.array([[1, 2], None, [3, 4]], pa.list_(pa.int8(), 2)),
        "map": pa.array([[("k", 1)], None, []], pa.map_(pa.string(), pa.int32())),
        "struct": pa.array([{"a": 1, "b": "x"}, None, {"a": None, "b": None}]),
    }
)
write("nested.arrow", nested)
