"""Durable uploads, beside the cookbook's recipes, which are not, and beside writing and syncing the same bytes with dd."""

import pyarrow as pa

from mallardbench import data, traffic
from mallardbench.rounds import Side, measure
from mallardbench.parts.reading import expect
from mallardbench.rows import Measurement, at_least, compared, facts

COOKBOOK_BYTES = data.COOKBOOK_BATCHES * data.COOKBOOK_ROWS * 8
MORE_PEERS = {"pyarrow, discarded": "memory", "recipe with fsync": "stream+fsync", "whole recipe": "whole"}


def puts(bench):
    for name in bench.chosen("mixed", "integers"):
        dataset = bench.dataset(name)
        yield put(bench, name, dataset.table(), dataset.batch_rows, 5 if name == "integers" else 2.5)
    if bench.options.more and "mixed" in bench.tables:
        yield put(bench, "mixed, 4,096 rows a batch", bench.dataset("mixed").table(), data.COOKBOOK_ROWS)


def cookbook(bench):
    """The streaming recipe's own upload, 33.5 MB: so small that fsync's fixed cost shows."""
    yield put(bench, "cookbook int64", pa.Table.from_batches([data.cookbook_batch()] * data.COOKBOOK_BATCHES), data.COOKBOOK_ROWS)


def put(bench, name, table, batch_rows, parquet_goal=None):
    title, batches = f"put, {name}", table.to_batches(max_chunksize=batch_rows)
    source = bench.folder("dd") / "source"
    with pa.OSFile(str(source), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table, max_chunksize=batch_rows)

    def side(label, server_name, file, warm_bytes=0):
        server, client = bench.server(server_name)
        run = lambda: traffic.put(client, file, batches[0].schema, batches)
        return Side(label, run, bytes=table.nbytes, warm_bytes=warm_bytes, server=server)

    parquet = side("Mallard, Parquet", "mallard", "put.parquet", bench.warm_bytes // 2)
    feather = side("Mallard, Feather", "mallard", "put.feather", bench.warm_bytes // 2)
    recipe = side("streaming recipe", "stream", "put.parquet")
    copied = Side("dd conv=fsync", lambda: traffic.dd(source, source.with_name("copy")), bytes=table.nbytes)
    more = [side(label, kind, "put.parquet") for label, kind in MORE_PEERS.items()] if bench.options.more else []
    sides = measure(title, [recipe, *more, parquet, feather, copied], bench.rounds)
    for file in ("put.parquet", "put.feather"):
        expect(f"{title}: {file}", traffic.get(bench.server("mallard")[1], file)[1], table.num_rows)
    written = {kind: (bench.folder(kind) / "put.parquet").stat().st_size for kind in ("stream", "mallard")}
    rows = [
        compared("Parquet put, durable", name, parquet, recipe, parquet_goal and at_least(parquet_goal)),
        *(compared("Parquet put, durable", name, parquet, peer) for peer in more),
        compared("Feather put, durable", name, feather, copied, parquet_goal and at_least(0.85)),
    ]
    source.unlink()
    return Measurement(title, facts(sides) | {"parquet_bytes": written}, rows)
