"""The tables that are sent: always the same ones, from a fixed seed."""

import dataclasses
import json
import pathlib

import numpy as np
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq

SEED = 20261121
PYARROW_BATCH_ROWS = 65_536  # what write_feather and iter_batches use unless told otherwise
WIDE_BATCH_ROWS = 8_192  # 13 MB a batch; 65,536 rows of 200 columns would be 100 MB
COOKBOOK_BATCHES = 1024
COOKBOOK_ROWS = 4096
TINY_ROWS = 100


@dataclasses.dataclass(frozen=True)
class Dataset:
    name: str
    folder: pathlib.Path
    rows: int
    arrow_bytes: int
    parquet_bytes: int
    batch_rows: int

    @property
    def feather(self):
        return self.folder / f"{self.name}.feather"

    @property
    def parquet(self):
        return self.folder / f"{self.name}.parquet"

    def table(self):
        return feather.read_table(self.feather, memory_map=False)


def mixed(rows):
    """facts/duckdb.md's table: int64, date, two strings of low and medium cardinality, two doubles, bool."""
    rng = np.random.default_rng(SEED)
    cities = pa.array([f"city{i}" for i in range(50)])
    customers = pa.array([f"c{i:05d}" for i in range(100_000)])
    days = np.sort(rng.integers(18_000, 20_500, rows)).astype(np.int32)
    return pa.table(
        {
            "id": pa.array(np.arange(rows, dtype=np.int64)),
            "day": pa.array(days).cast(pa.date32()),
            "city": cities.take(pa.array(rng.integers(0, 50, rows))),
            "customer": customers.take(pa.array(rng.integers(0, 100_000, rows))),
            "price": pa.array(np.round(rng.normal(100, 15, rows), 2)),
            "score": pa.array(rng.exponential(1.0, rows)),
            "active": pa.array(rng.random(rows) < 0.7),
        }
    )


def wide(rows):
    """200 columns, doubles and int32 in turn, every tenth with 5 % nulls."""
    rng = np.random.default_rng(SEED + 1)
    columns = {}
    for i in range(200):
        values = rng.normal(0, 1, rows) if i % 2 == 0 else rng.integers(0, 100_000, rows, dtype=np.int32)
        columns[f"c{i:03d}"] = pa.array(values, mask=rng.random(rows) < 0.05 if i % 10 == 0 else None)
    return pa.table(columns)


def strings(rows):
    """Text of medium (country, page) and high cardinality (an id that is never the same, a sentence)."""
    rng = np.random.default_rng(SEED + 2)
    countries = pa.array([f"country-{i:03d}" for i in range(200)])
    pages = pa.array([f"https://example.org/shop/item/{i:06d}.html" for i in range(100_000)])
    words = pa.array(["arrow", "flight", "column", "batch", "ticket", "endpoint", "a", "the", "of", "schema"])
    sentence = [words.take(pa.array(rng.integers(0, 10, rows))) for _ in range(8)]
    hexes = np.frombuffer(rng.bytes(rows * 16).hex().encode(), dtype=np.uint8)
    ids = pa.Array.from_buffers(
        pa.string(),
        rows,
        [None, pa.py_buffer((np.arange(rows + 1, dtype=np.int32) * 32)), pa.py_buffer(hexes)],
    )
    import pyarrow.compute as pc

    return pa.table(
        {
            "id": ids,
            "country": countries.take(pa.array(rng.integers(0, 200, rows))),
            "page": pages.take(pa.array(rng.integers(0, 100_000, rows))),
            "comment": pc.binary_join_element_wise(*sentence, " "),
        }
    )


def integers(rows):
    """8 int64 columns: counters, keys and amounts of all sizes; 65,536 rows are 4 MiB."""
    rng = np.random.default_rng(SEED + 3)
    random = lambda limit: rng.integers(0, limit, rows, dtype=np.int64)
    columns = {
        "id": np.arange(rows, dtype=np.int64),
        "moment": np.int64(1_700_000_000_000_000) + np.cumsum(random(2_000)),
        "tenant": random(100),
        "customer": random(100_000),
        "product": random(5_000_000),
        "cents": np.round(np.exp(rng.normal(8, 1.5, rows))).astype(np.int64),
        "quantity": random(12),
        "hash": rng.integers(-(2**63), 2**63 - 1, rows, dtype=np.int64),
    }
    return pa.table({name: pa.array(values) for name, values in columns.items()})


def cookbook_batch():
    """The streaming recipe's: the same 4,096 int64 again and again."""
    return pa.record_batch([pa.array(range(COOKBOOK_ROWS))], names=["ints"])


GENERATORS = {
    "mixed": (mixed, lambda rows: rows, PYARROW_BATCH_ROWS),
    "wide": (wide, lambda rows: max(rows // 25, 1000), WIDE_BATCH_ROWS),
    "strings": (strings, lambda rows: max(rows * 3 // 10, 1000), PYARROW_BATCH_ROWS),
    "integers": (integers, lambda rows: max(rows * 3 // 4, 1000), PYARROW_BATCH_ROWS),
}


def generate(name, rows, folder):
    """The dataset as a Feather file (uncompressed) and a Parquet file (ZSTD, pyarrow's row groups of 1 Mi rows)."""
    generator, scale, batch_rows = GENERATORS[name]
    folder = folder / f"{rows}"
    folder.mkdir(parents=True, exist_ok=True)
    facts = folder / f"{name}.json"
    if facts.exists():
        return Dataset(name=name, folder=folder, **json.loads(facts.read_text()))
    table = generator(scale(rows)).combine_chunks()
    dataset = Dataset(name, folder, table.num_rows, 0, 0, batch_rows)
    feather.write_feather(table, str(dataset.feather), compression="uncompressed", chunksize=batch_rows)
    pq.write_table(table, dataset.parquet, compression="zstd")
    stored = {
        "rows": table.num_rows,
        "arrow_bytes": table.nbytes,
        "parquet_bytes": dataset.parquet.stat().st_size,
        "batch_rows": batch_rows,
    }
    facts.write_text(json.dumps(stored))
    return Dataset(name=name, folder=folder, **stored)


def tiny(folder):
    """One batch of 100 rows, in both formats."""
    table = pa.table({"id": pa.array(range(TINY_ROWS)), "name": pa.array([f"row {i}" for i in range(TINY_ROWS)])})
    if not (folder / "tiny.parquet").exists():
        feather.write_feather(table, str(folder / "tiny.feather"), compression="uncompressed")
        pq.write_table(table, folder / "tiny.parquet", compression="zstd")


def small_parquet_files(folder, count):
    """A folder of many small datasets, each a file of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    table = mixed(100)
    pq.write_table(table, folder / "d00000.parquet", compression="zstd")
    content = (folder / "d00000.parquet").read_bytes()
    for i in range(1, count):
        path = folder / f"d{i:05d}.parquet"
        if not path.exists():
            path.write_bytes(content)
