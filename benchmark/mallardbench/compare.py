"""`benchmark/compare OLD NEW`: what two builds cost, in the server's CPU time, in turns on the same data.

Each pair starts both builds anew, since no two runs of a JVM are compiled alike. Work is warmed up in both, then measured in turns. The
table has the medians of the pairs, and how far old differs from old: less than that says nothing.
"""

import argparse
import contextlib
import dataclasses
import json
import pathlib
import shutil
import statistics
import time
from typing import Callable

import pyarrow as pa
import pyarrow.flight as flight

from mallardbench import data, processes, traffic
from mallardbench.parts.reading import FreshNames
from mallardbench.rounds import say

HERE = pathlib.Path(__file__).resolve().parent.parent
WORSE = 1.05


def options():
    parser = argparse.ArgumentParser(prog="benchmark/compare", description=__doc__)
    parser.add_argument("old", type=pathlib.Path)
    parser.add_argument("new", type=pathlib.Path)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--rows", type=int, default=5_000_000, help="of the mixed table; the others scale (default: 5 M)")
    parser.add_argument("--warm", type=int, default=5, help="runs of each kind of work before those that count (default: 5)")
    parser.add_argument("--runs", type=int, default=6, help="runs that count, of each pair (default: 6)")
    parser.add_argument("--calls", type=int, default=500, help="calls in a run of many small ones (default: 500)")
    parser.add_argument("--many", type=int, default=1_000, help="datasets in the listing (default: 1,000)")
    parser.add_argument("--only", action="append", help="work whose title begins so; may be repeated")
    parser.add_argument("--json", type=pathlib.Path, default=HERE / "target/compare.json")
    return parser.parse_args()


@dataclasses.dataclass
class Work:
    """One kind of work: a run gives the bytes that went by, or the seconds of each of many calls."""

    title: str
    run: Callable[[], object]
    before: Callable[[], None] = lambda: None
    after: Callable[[], None] = lambda: None

    def measured(self, server):
        self.before()
        cpu = server.cpu_seconds()
        result = self.run()
        cpu = server.cpu_seconds() - cpu
        self.after()
        return cpu, result


class Build:
    """A running server of one build on a folder of its own, and the work that it is given."""

    def __init__(self, name, root, tables, chosen, stack):
        self.folder = HERE / "target/compare" / name
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        for dataset in tables.values():
            for file in (dataset.feather, dataset.parquet):
                (self.folder / file.name).hardlink_to(file)
        (self.folder / "facts.parquet").hardlink_to(tables["mixed"].parquet)
        data.small_parquet_files(self.folder / "many", chosen.many)
        self.server = stack.enter_context(processes.mallard(root, self.folder, HERE / "target/logs", name=f"compare-{name}"))
        self.client = stack.enter_context(flight.connect(self.server.location))
        self.tables, self.chosen = tables, chosen

    def work(self):
        for dataset in self.tables.values():
            yield self.get(f"Feather get, {dataset.name}", dataset, lambda file=dataset.feather.name: file)
        mixed = self.tables["mixed"]
        fresh = FreshNames(self.folder, mixed.parquet.name)
        yield self.get("Parquet get, first", mixed, fresh.name, before=fresh.before, after=fresh.after)
        yield self.get("Parquet get, repeated", mixed, lambda: mixed.parquet.name)
        batches = mixed.table().to_batches(max_chunksize=mixed.batch_rows)
        yield self.put("Feather put", "put.feather", batches, mixed.arrow_bytes)
        yield self.put("Parquet put", "put.parquet", batches, mixed.arrow_bytes)
        yield Work("SQL, half of the rows", lambda: self.query("SELECT * FROM facts WHERE price > 100"))
        yield Work("SQL, 3 columns", lambda: self.query("SELECT id, city, price FROM facts"))
        yield from self.small()

    def get(self, title, dataset, file, **hooks):
        def run():
            _, rows = traffic.get(self.client, file())
            if rows != dataset.rows:
                raise RuntimeError(f"{title}: {rows} rows (expected: {dataset.rows})")
            return dataset.arrow_bytes

        return Work(title, run, **hooks)

    def put(self, title, file, batches, size):
        def run():
            traffic.put(self.client, file, batches[0].schema, batches)
            return size

        return Work(title, run)

    def query(self, sql):
        info = self.client.get_flight_info(flight.FlightDescriptor.for_command(sql))
        return sum(chunk.data.nbytes for endpoint in info.endpoints for chunk in self.client.do_get(endpoint.ticket))

    def small(self):
        tiny = pa.record_batch({"id": pa.array(range(100))})
        traffic.put(self.client, "tiny.feather", tiny.schema, [tiny])
        self.query("CREATE OR REPLACE TABLE points AS SELECT range AS id, 'n' || range AS name FROM range(100000)")
        calls = self.chosen.calls
        points = lambda i: self.query(f"SELECT name FROM points WHERE id = {i * 7919 % 100_000}")
        yield Work("point query", lambda: [timed(lambda: points(i)) for i in range(calls)])
        yield Work("small get", lambda: traffic.latencies(self.client, "tiny.feather", calls))
        yield Work(f"ListFlights of {self.chosen.many:,}", lambda: [traffic.listing(self.client)[0] for _ in range(5)])


def timed(call):
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def figures(measured):
    """CPU a GB, or CPU and the median time a call, in milliseconds."""
    cpu = sum(cpu for cpu, _ in measured)
    if not isinstance(measured[0][1], list):
        return {"CPU s/GB": cpu / sum(result for _, result in measured) * 1e9}
    seconds = [second for _, result in measured for second in result]
    return {"CPU ms/call": cpu / len(seconds) * 1e3, "p50 ms": statistics.median(seconds) * 1e3}


def pair(number, chosen, tables, results):
    with contextlib.ExitStack() as stack:
        builds = {name: Build(name, getattr(chosen, name).resolve(), tables, chosen, stack) for name in ("old", "new")}
        order = ["old", "new"] if number % 2 == 0 else ["new", "old"]
        for works in zip(*(builds[name].work() for name in order)):
            title = works[0].title
            if chosen.only and not any(title.startswith(wanted) for wanted in chosen.only):
                continue
            sides = dict(zip(order, works))
            measured = {name: [] for name in order}
            for run in range(chosen.warm + chosen.runs):
                for name, work in sides.items():
                    measured[name].append(work.measured(builds[name].server))
            for name in order:
                for unit, figure in figures(measured[name][chosen.warm:]).items():
                    results.setdefault(f"{title}, {unit}", {"old": [], "new": []})[name].append(figure)
            say(f"pair {number + 1}: {title}")


def row(title, sides):
    old, new = (statistics.median(sides[name]) for name in ("old", "new"))
    ratios = sorted(b / a for a, b in zip(sides["old"], sides["new"]))
    least, most = min(sides["old"]) / old, max(sides["old"]) / old
    worse = new / old > max(WORSE, most)
    return [
        title,
        f"{old:.3f}",
        f"{new:.3f}",
        f"{new / old:.2f}",
        f"{ratios[0]:.2f} to {ratios[-1]:.2f}",
        f"{least:.2f} to {most:.2f}",
        "worse" if worse else "",
    ]


def main():
    chosen = options()
    for root in (chosen.old, chosen.new):
        say(f"{root}: {processes.build(root.resolve())}")
    tables = {name: data.generate(name, chosen.rows, HERE / "target/data") for name in data.GENERATORS}
    results = {}
    chosen.json.parent.mkdir(parents=True, exist_ok=True)
    for number in range(chosen.pairs):
        pair(number, chosen, tables, results)
        chosen.json.write_text(json.dumps(results, indent=1))
    shutil.rmtree(HERE / "target/compare", ignore_errors=True)
    lines = [["what", "old", "new", "new/old", "of the pairs", "old/old", ""], *(row(title, sides) for title, sides in results.items())]
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())


if __name__ == "__main__":
    main()
