"""Makes compressed-lz4.arrows and compressed-zstd.arrows: buffers over 64 KiB, so that LZ4 blocks are linked.

pip install pyarrow==26.*; python compressed.py
"""
import pyarrow as pa

rows = 100
table = pa.table(
    {
        "id": pa.array([i % 50 for i in range(rows)], pa.int64()),
        "name": pa.array([None if i % 7 == 0 else f"name {i % 30}" for i in range(rows)]),
        "color": pa.array([("red", "green")[i % 2] for i in range(rows)]).dictionary_encode(),
        "view": pa.array([f"a text that is not inline {i % 3}" for i in range(rows)], pa.string_view()),
        "blob": pa.array([(f"{i} quack " * 400).encode() for i in range(rows)]),
        "empty": pa.array([[]] * rows, pa.list_(pa.int32())),
    }
)
for codec in ("lz4", "zstd"):
    options = pa.ipc.IpcWriteOptions(compression=codec)
    with pa.OSFile(f"compressed-{codec}.arrows", "wb") as file:
        with pa.ipc.new_stream(file, table.schema, options=options) as writer:
            writer.write_table(table)
