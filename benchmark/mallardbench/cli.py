"""The `mallard` command as people run it, a process each time, beside a pyarrow script and DuckDB's own COPY."""

import argparse
import contextlib
import pathlib
import sys
import time

import duckdb

from mallardbench import data, processes
from mallardbench.bench import HERE, Bench
from mallardbench.commands import Cli
from mallardbench.report import Results
from mallardbench.rounds import Result, Side, measure, say
from mallardbench.rows import RATE, SECONDS, Measurement, alone, at_least, at_most, compared, fact, facts

CSV_ROW_BYTES = 60  # of the mixed table, about
LARGE = "large.feather"
MB = 1_000_000


def starts(bench):
    run = lambda *arguments, **more: bench.cli.run(*arguments, **more).whole()
    sides = measure(
        "start of a command",
        [
            Side("mallard list", lambda: run("list")),
            Side("without the class archive", lambda: run("list", env={"MALLARD_NO_ARCHIVE": "1"})),
            Side("mallard --version", lambda: run("--version")),
        ],
        2 * bench.rounds,
    )
    rows = [
        alone("`list`, whole process", "", sides["mallard list"], at_most(0.7, "s"), SECONDS, sides["without the class archive"]),
        alone("`--version`", "", sides["mallard --version"], kind=SECONDS),
    ]
    yield Measurement("start of a command", facts(sides), rows)


def transfers(bench):
    """Of much: what a command does with Arrow data alone, the transfer by itself and the whole process."""
    file = bench.large.feather
    yield transferred(
        bench,
        "get, Feather, to /dev/null",
        lambda: bench.cli.transfer("get", LARGE, "-o", "/dev/null", "--output-format", "feather"),
        lambda: bench.cli.script("get", LARGE, "/dev/null"),
        at_least(1.1),
    )
    yield transferred(
        bench,
        "put, Feather, durable",
        lambda: bench.cli.transfer("put", file, "put.feather"),
        lambda: bench.cli.script("put", file, "put.feather"),
        at_least(0.9),
    )


def transferred(bench, what, ours, theirs, goal):
    size = bench.large.arrow_bytes
    whole = {"pyarrow": Side("pyarrow script", None), "mallard": Side("mallard", None)}

    def once(name, work):
        cpu = bench.server.cpu_seconds()
        seconds, ran = work()
        cpu = bench.server.cpu_seconds() - cpu
        whole[name].results.append(Result(ran.seconds, size, cpu=cpu, client_cpu=ran.cpu))
        return Result(seconds, size, cpu=cpu, client_cpu=ran.cpu)

    sides = measure(
        what,
        [
            Side("pyarrow script", lambda: once("pyarrow", theirs), warm_bytes=size),
            Side("mallard", lambda: once("mallard", ours), warm_bytes=2 * size),
        ],
        bench.rounds,
    )
    for side in whole.values():
        del side.results[: -bench.rounds]  # Those before were to warm up.
    table = f"{size / 1e9:.1f} GB"
    rows = [
        compared(f"`{what}`", table, sides["mallard"], sides["pyarrow script"], goal, RATE),
        compared(f"`{what}`, whole process", table, whole["mallard"], whole["pyarrow"], None, RATE),
    ]
    return Measurement(what, facts(sides) | {f"{name}, whole process": side.facts() for name, side in whole.items()}, rows)


def csv(bench):
    source, target = bench.dataset.parquet, bench.work / "out.csv"
    connection = duckdb.connect()
    connection.execute(f"CREATE VIEW mixed AS SELECT * FROM read_parquet('{source}')")
    size = bench.dataset.arrow_bytes
    sides = measure(
        "CSV export",
        [
            Side("DuckDB's COPY, in process", lambda: timed(lambda: connection.execute(f"COPY mixed TO '{target}' (HEADER)")), size),
            Side("mallard", lambda: bench.cli.run("query", "SELECT * FROM mixed", "--output-path", target).whole(), size, server=bench.server),
        ],
        bench.rounds,
    )
    target.unlink()
    rows = [compared("CSV export of a query, whole process", f"{bench.dataset.rows:,} rows", sides["mallard"], sides["DuckDB's COPY, in process"], at_least(0.5), RATE)]
    yield Measurement("CSV export", facts(sides), rows)


def timed(work):
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def pipeline(bench):
    """Sequential and pipelined, with more and more computing for each batch."""
    name, size = bench.dataset.feather.name, bench.dataset.arrow_bytes
    for passes in bench.passes:
        run = lambda mode: bench.cli.transfer("consume", name, "--mode", mode, "--passes", passes)[0]
        sides = measure(
            f"consume, {passes} passes",
            [Side("sequential", lambda: run("sequential"), size), Side("pipeline", lambda: run("pipeline"), size)],
            bench.rounds,
        )
        goal = at_least(1) if passes > 1 else None
        row = compared("`consume`", f"{passes} passes over each batch", sides["pipeline"], sides["sequential"], goal, RATE)
        yield Measurement(f"consume, {passes} passes", facts(sides), [row])


def export(bench):
    """A CSV far larger than the memory that the command may have."""
    factor = max(1, round(bench.export_gb * 1e9 / CSV_ROW_BYTES / bench.dataset.rows))
    target = bench.work / "export.csv"
    say(f"export: {factor} times the table as CSV, in 512 MB")
    small = {"MALLARD_JAVA_OPTS": "-Xmx256m -XX:MaxDirectMemorySize=64m"}
    ran = bench.cli.run("query", f"SELECT m.* FROM mixed m, range({factor})", "--output-path", target, env=small)
    size = target.stat().st_size
    target.unlink()
    peak = ran.resident / MB
    row = fact("CSV export, resident at most", f"{size / 1e9:.1f} GB in {ran.seconds:.0f} s", f"{peak:.0f} MB", at_most(512, "MB"), peak)
    yield Measurement("export", {"bytes": size, "seconds": ran.seconds, "cpu": ran.cpu, "resident": ran.resident}, [row])


ALL = {"starts": starts, "transfers": transfers, "csv": csv, "pipeline": pipeline, "export": export}


def arguments():
    parser = argparse.ArgumentParser(prog="benchmark/cli", description=__doc__)
    parser.add_argument("--mallard", type=pathlib.Path, default=HERE.parent, help="root with the launcher (default: ..)")
    parser.add_argument("--only", action="append", choices=list(ALL), help="this one only; may be repeated")
    parser.add_argument("--rows", type=int, default=20_000_000, help="of the mixed table (default: 20 M, 1 GB)")
    parser.add_argument("--large-rows", type=int, default=40_000_000, help="of the one that get and put transfer (default: 40 M, 1.9 GB)")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--passes", type=int, action="append", help="of consume; may be repeated (default: 1, 2, 4)")
    parser.add_argument("--export-gb", type=float, default=10, help="size of the large CSV (default: 10)")
    parser.add_argument("--json", type=pathlib.Path, default=HERE / "target/cli.json")
    return parser.parse_args()


class CliBench(Bench):
    def __init__(self, options, stack):
        super().__init__(options, stack)
        chosen = options.only or list(ALL)
        self.passes = options.passes or [1, 2, 4]
        self.export_gb = options.export_gb
        self.dataset = data.generate("mixed", options.rows, self.target / "data")
        self.large = data.generate("mixed", options.large_rows, self.target / "data") if "transfers" in chosen else self.dataset
        folder = self.folder("cli")
        for file in (self.dataset.feather, self.dataset.parquet):
            (folder / file.name).hardlink_to(file)
        (folder / LARGE).hardlink_to(self.large.feather)
        server = processes.mallard(self.root, folder, self.logs, "--dataset", f"mixed={self.dataset.parquet}", name="cli")
        self.server = stack.enter_context(server)
        self.cli = Cli(self.root, self.server.location)


def main():
    options = arguments()
    results = Results(options.json, processes.build(options.mallard.resolve()), options)
    with contextlib.ExitStack() as stack:
        bench = CliBench(options, stack)
        for name in options.only or ALL:
            results.take_part(name, ALL[name](bench))
    bench.close()
    print(results.render())
    say(f"all figures: {options.json}")
    sys.exit(0 if results.good else 1)


if __name__ == "__main__":
    main()
