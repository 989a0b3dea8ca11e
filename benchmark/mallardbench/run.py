"""`benchmark/run`: all measurements, one table, one JSON file."""

import argparse
import contextlib
import datetime
import json
import pathlib
import shutil
import sys

import pyarrow as pa
import pyarrow.flight as flight

from mallardbench import cases, data, machine, processes, report
from mallardbench.rounds import say

HERE = pathlib.Path(__file__).resolve().parent.parent


def options():
    parser = argparse.ArgumentParser(prog="benchmark/run", description=__doc__)
    parser.add_argument("--mallard", type=pathlib.Path, default=HERE.parent, help="root with the launcher (default: ..)")
    parser.add_argument("--only", action="append", choices=list(cases.ALL), help="this one only; may be repeated")
    parser.add_argument("--table", action="append", choices=list(data.GENERATORS), help="this table only; may be repeated")
    parser.add_argument("--rows", type=int, default=10_000_000, help="of the mixed table; the others scale (default: 10 M)")
    parser.add_argument("--rounds", type=int, default=5, help="measured rounds after the warm-up (default: 5)")
    parser.add_argument("--warm-gb", type=float, default=4.0, help="Mallard's traffic before the first round (default: 4)")
    parser.add_argument("--many", type=int, default=10_000, help="datasets in the large listing (default: 10,000)")
    parser.add_argument("--gets", type=int, default=10_000, help="small reads (default: 10,000)")
    parser.add_argument("--quick", action="store_true", help="500,000 rows, 3 rounds, hardly a warm-up: only to try it")
    parser.add_argument("--json", type=pathlib.Path, default=HERE / "target/results.json")
    chosen = parser.parse_args()
    if chosen.quick:
        chosen.rows, chosen.rounds, chosen.warm_gb = 500_000, 3, 0.2
        chosen.many, chosen.gets = 1_000, 1_000
    return chosen


class Bench:
    """What the cases share: options, folders, data and the running servers."""

    def __init__(self, chosen, stack):
        self.root = chosen.mallard.resolve()
        self.rounds = chosen.rounds
        self.warm_bytes = int(chosen.warm_gb * 1e9)
        self.many, self.gets = chosen.many, chosen.gets
        self.target = HERE / "target"
        self.logs = self.target / "logs"
        self.work = self.target / "work"
        shutil.rmtree(self.work, ignore_errors=True)
        shutil.rmtree(self.logs, ignore_errors=True)
        self.stack = stack
        self.tables = chosen.table or list(data.GENERATORS)
        self.rows = chosen.rows
        self.datasets = {}
        self.servers = {}
        self.clients = {}

    def dataset(self, name):
        if name not in self.datasets:
            say(f"data: {name}")
            self.datasets[name] = data.generate(name, self.rows, self.target / "data")
        return self.datasets[name]

    def folder(self, server):
        path = self.work / server
        path.mkdir(parents=True, exist_ok=True)
        return path

    def server(self, name):
        """A server and a client connected to it; started when first asked for, with all tables at hand."""
        if name not in self.servers:
            folder = self.folder(name)
            for dataset in map(self.dataset, self.tables):
                for file in (dataset.feather, dataset.parquet):
                    if not (folder / file.name).exists():
                        (folder / file.name).hardlink_to(file)
            if name == "mallard":
                server = processes.mallard(self.root, folder, self.logs)
            else:
                kind, _, fsync = name.partition("+")
                server = processes.peer(kind, folder, self.logs, fsync == "fsync")
            self.servers[name] = self.stack.enter_context(server)
            self.clients[name] = self.stack.enter_context(flight.connect(server.location))
        return self.servers[name], self.clients[name]


def main():
    chosen = options()
    version = processes.build(chosen.mallard.resolve())
    results = {
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "machine": machine.describe(),
        "mallard": version,
        "pyarrow": pa.__version__,
        "options": {key: str(value) for key, value in vars(chosen).items()},
        "measurements": {},
        "foreign_cpu": {},
        "rows": [],
    }
    chosen.json.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        bench = Bench(chosen, stack)
        for name in chosen.only or cases.ALL:
            foreign = machine.ForeignCpu()
            for measurement in cases.ALL[name](bench):
                results["measurements"][measurement.title] = measurement.facts
                results["foreign_cpu"][measurement.title] = foreign.share()
                results["rows"] += measurement.rows
                chosen.json.write_text(json.dumps(results, indent=1))
                foreign = machine.ForeignCpu()
    shutil.rmtree(bench.work, ignore_errors=True)
    print(report.render(results))
    say(f"all figures: {chosen.json}")
    missed = [row for row in results["rows"] if row.get("met") is False]
    sys.exit(1 if missed and not chosen.quick else 0)


if __name__ == "__main__":
    main()
