"""The measurements, and what of them is compared with what."""

import dataclasses
import itertools
import statistics

import pyarrow as pa
import pyarrow.flight as flight

from mallardbench import data, processes, traffic
from mallardbench.rounds import Side, measure, say

COOKBOOK_BYTES = data.COOKBOOK_BATCHES * data.COOKBOOK_ROWS * 8


@dataclasses.dataclass
class Measurement:
    title: str
    facts: dict
    rows: list


def compared(what, table, sides, mallard, peer, target=None):
    """A row of the table: Mallard's rate beside a peer's, and how many times it is."""
    ratio = sides[peer].median / sides[mallard].median
    row = {
        "what": what,
        "table": table,
        "peer": peer,
        "peer_figure": f"{sides[peer].rate:,.0f} MB/s",
        "mallard_figure": f"{sides[mallard].rate:,.0f} MB/s",
        "ratio": ratio,
    }
    if target:
        row |= {"target": f"≥ {target}×", "met": ratio >= target}
    return row


def context(what, table, figure, **more):
    """A row that compares nothing: a limit of the machine, or a figure of Mallard's alone."""
    return {"what": what, "table": table, "mallard_figure": figure, **more}


def facts(sides):
    return {name: side.facts() for name, side in sides.items()}


def limits(bench):
    """What the machine can do at all."""
    total = 470 << 20
    sides = measure(
        "limits",
        [
            Side("loopback TCP", lambda: traffic.loopback(4 << 30), bytes=4 << 30),
            Side("disk write + fsync", lambda: traffic.disk(bench.folder("disk"), total), bytes=total),
        ],
        bench.rounds,
    )
    yield Measurement(
        "limits",
        facts(sides),
        [
            context("limit: loopback TCP", "", f"{sides['loopback TCP'].rate:,.0f} MB/s"),
            context("limit: disk write + fsync", "", f"{sides['disk write + fsync'].rate:,.0f} MB/s"),
        ],
    )


def gets(bench):
    for name in bench.tables:
        yield feather_get(bench, bench.dataset(name))
        yield parquet_get(bench, bench.dataset(name))


def reading(bench, label, server_name, dataset, file, warm=False, **hooks):
    server, client = bench.server(server_name)

    def run():
        seconds, rows = traffic.get(client, file() if callable(file) else file)
        if rows != dataset.rows:
            raise RuntimeError(f"{label}: {rows} rows (expected: {dataset.rows})")
        return seconds

    warm_bytes = bench.warm_bytes if warm else 0
    return Side(label, run, bytes=dataset.arrow_bytes, warm_bytes=warm_bytes, server=server, **hooks)


def verify(bench, dataset, file):
    """Before anything is timed: Mallard sends what is in the file."""
    say(f"{dataset.name}: checking what {file} sends")
    _, client = bench.server("mallard")
    received = client.do_get(flight.Ticket(file)).read_all()
    if not received.equals(dataset.table()):
        raise RuntimeError(f"{file}: what Mallard sent is not what is in the file")


def feather_get(bench, dataset):
    file = dataset.feather.name
    verify(bench, dataset, file)
    sides = measure(
        f"Feather get, {dataset.name}",
        [
            reading(bench, "pyarrow in memory", "memory", dataset, file),
            reading(bench, "Mallard", "mallard", dataset, file, warm=True),
        ],
        bench.rounds,
    )
    rows = [compared("Feather get", dataset.name, sides, "Mallard", "pyarrow in memory", 1.1)]
    return Measurement(f"Feather get, {dataset.name}", facts(sides), rows)


class FreshNames:
    """The same file under a new name for each read, so that Mallard has no derived form of it.

    It is a hard link: the page cache is as warm as for everybody else. What the read left in the cache folder goes
    again, so that the disk is no fuller in the last round than in the first.
    """

    def __init__(self, folder, file):
        self.folder, self.file = folder, file
        self.cache = folder / ".mallard" / "cache"
        self.numbers = itertools.count()
        self.current = None
        self.known = set()

    def before(self):
        self.known = self.cached()
        self.current = self.folder / f"first-{next(self.numbers)}-{self.file}"
        self.current.hardlink_to(self.folder / self.file)

    def after(self):
        self.current.unlink()
        for path in self.cached() - self.known:
            path.unlink(missing_ok=True)

    def cached(self):
        return {path for path in self.cache.rglob("*") if path.is_file()}

    def name(self):
        return self.current.name


def parquet_get(bench, dataset):
    file = dataset.parquet.name
    fresh = FreshNames(bench.folder("mallard"), file)
    verify(bench, dataset, file)
    sides = measure(
        f"Parquet get, {dataset.name}",
        [
            reading(bench, "pyarrow streaming recipe", "stream", dataset, file),
            reading(bench, "pyarrow whole recipe", "whole", dataset, file),
            reading(
                bench,
                "Mallard, first",
                "mallard",
                dataset,
                fresh.name,
                warm=True,
                before=fresh.before,
                after=fresh.after,
            ),
            reading(bench, "Mallard, repeated", "mallard", dataset, file, warm=True),
        ],
        bench.rounds,
    )
    rows = [
        compared("Parquet get, repeated", dataset.name, sides, "Mallard, repeated", "pyarrow streaming recipe", 3),
        compared("Parquet get, repeated", dataset.name, sides, "Mallard, repeated", "pyarrow whole recipe"),
        compared("Parquet get, first", dataset.name, sides, "Mallard, first", "pyarrow streaming recipe", 1.1),
        compared("Parquet get, first", dataset.name, sides, "Mallard, first", "pyarrow whole recipe"),
    ]
    return Measurement(f"Parquet get, {dataset.name}", facts(sides), rows)


def puts(bench):
    for name in bench.tables:
        dataset = bench.dataset(name)
        batches = dataset.table().to_batches(max_chunksize=dataset.batch_rows)
        yield put(bench, name, batches, dataset.arrow_bytes, dataset.rows)
    if "mixed" in bench.tables:
        dataset = bench.dataset("mixed")
        batches = dataset.table().to_batches(max_chunksize=data.COOKBOOK_ROWS)
        yield put(bench, "mixed, 4,096 rows a batch", batches, dataset.arrow_bytes, dataset.rows)


def cookbook(bench):
    """The streaming recipe's own upload, 33.5 MB: so small that fsync's fixed cost shows."""
    batches = [data.cookbook_batch()] * data.COOKBOOK_BATCHES
    yield put(bench, "cookbook int64", batches, COOKBOOK_BYTES, data.COOKBOOK_BATCHES * data.COOKBOOK_ROWS)


def put(bench, table, batches, size, rows):
    def side(label, server_name, file, warm=False):
        server, client = bench.server(server_name)
        run = lambda: traffic.put(client, file, batches[0].schema, batches)
        return Side(label, run, bytes=size, warm_bytes=bench.warm_bytes if warm else 0, server=server)

    sides = measure(
        f"put, {table}",
        [
            side("pyarrow, discarded", "memory", "put.parquet"),
            side("pyarrow streaming recipe", "stream", "put.parquet"),
            side("… with fsync", "stream+fsync", "put.parquet"),
            side("pyarrow whole recipe", "whole", "put.parquet"),
            side("… whole with fsync", "whole+fsync", "put.parquet"),
            side("Mallard Parquet", "mallard", "put.parquet", warm=True),
            side("Mallard Feather", "mallard", "put.feather", warm=True),
        ],
        bench.rounds,
    )
    check_stored(bench, table, rows)
    written = {
        name: (bench.folder(name) / "put.parquet").stat().st_size for name in ("stream", "whole", "mallard")
    }
    stored = facts(sides) | {"parquet_bytes": written}
    compare = lambda what, mallard, peer, target=None: compared(what, table, sides, mallard, peer, target)
    return Measurement(
        f"put, {table}",
        stored,
        [
            compare("Parquet put", "Mallard Parquet", "pyarrow streaming recipe", 2.5),
            compare("Parquet put", "Mallard Parquet", "… with fsync"),
            compare("Parquet put", "Mallard Parquet", "pyarrow whole recipe", 1.2),
            compare("Parquet put", "Mallard Parquet", "… whole with fsync"),
            compare("Feather put", "Mallard Feather", "pyarrow streaming recipe", 6),
            compare("Feather put", "Mallard Feather", "pyarrow, discarded"),
        ],
    )


def check_stored(bench, table, rows):
    _, client = bench.server("mallard")
    for file in ("put.parquet", "put.feather"):
        _, found = traffic.get(client, file)
        if found != rows:
            raise RuntimeError(f"put, {table}: {file} has {found} rows (expected: {rows})")


def latency(bench):
    """Many small reads over one connection."""
    batch = pa.record_batch({"id": pa.array(range(100)), "name": pa.array([f"row {i}" for i in range(100)])})
    measured, rows = {}, []
    for extension in ("feather", "parquet"):
        file = f"tiny.{extension}"
        _, client = bench.server("mallard")
        traffic.put(client, file, batch.schema, [batch])
        say(f"latency: {bench.gets} gets of {file}")
        traffic.latencies(client, file, bench.gets // 2)
        seconds = sorted(traffic.latencies(client, file, bench.gets))
        p50, p99 = statistics.median(seconds) * 1e3, seconds[int(len(seconds) * 0.99)] * 1e3
        measured[file] = {"p50_ms": p50, "p99_ms": p99, "max_ms": seconds[-1] * 1e3}
        rows.append(
            context(
                f"{bench.gets:,} small gets, p50",
                f"100 rows, {extension}",
                f"{p50:.2f} ms (p99 {p99:.2f})",
                target="≤ 1 ms",
                met=p50 <= 1,
            )
        )
    yield Measurement("latency", measured, rows)


def startup(bench):
    """From `serve` to the ready line, and the first listings after it."""
    for count, limit in ((100, 2), (bench.many, 5)):
        yield starting(bench, count, limit)


def starting(bench, count, limit):
    folder = bench.folder(f"startup-{count}")
    say(f"start-up: {count} datasets")
    data.small_parquet_files(folder, count)
    # The recipe lists whatever is in its folder: it goes before Mallard puts its own folder there.
    with processes.peer("whole", folder, bench.logs) as server, flight.connect(server.location) as client:
        peer = [listing(client, count) for _ in range(bench.rounds)]
    ready, first, second = [], [], []
    for _ in range(bench.rounds):
        with processes.mallard(bench.root, folder, bench.logs, name="startup") as server:
            ready.append(server.seconds_to_ready)
            with flight.connect(server.location) as client:
                first.append(listing(client, count))
                second.append(listing(client, count))
    seconds = statistics.median(ready)
    table = f"{count:,} Parquet files"
    say(f"    ready {seconds:.2f} s, listing {statistics.median(first):.2f} s, then {statistics.median(second):.2f} s")
    return Measurement(
        f"start-up, {count}",
        {"ready": ready, "first_listing": first, "second_listing": second, "pyarrow_listing": peer},
        [
            context("serve to ready", table, f"{seconds:.2f} s", target=f"≤ {limit} s", met=seconds <= limit),
            listing_row("first listing", table, first, peer),
            listing_row("second listing", table, second, peer),
        ],
    )


def listing(client, expected):
    seconds, found = traffic.listing(client)
    if found != expected:
        raise RuntimeError(f"listing: {found} datasets (expected: {expected})")
    return seconds


def listing_row(what, table, mallard, peer):
    ours, theirs = statistics.median(mallard), statistics.median(peer)
    return {
        "what": what,
        "table": table,
        "peer": "pyarrow recipe's listing",
        "peer_figure": f"{theirs:.2f} s",
        "mallard_figure": f"{ours:.2f} s",
        "ratio": theirs / ours,
    }


ALL = {
    "limits": limits,
    "get": gets,
    "put": puts,
    "cookbook": cookbook,
    "latency": latency,
    "startup": startup,
}
