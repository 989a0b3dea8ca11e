"""The `mallard` command as people run it, a process each time, beside a pyarrow script and DuckDB's own COPY."""

import argparse
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

import duckdb

from mallardbench import data, processes
from mallardbench.rounds import Side, measure, say

HERE = pathlib.Path(__file__).resolve().parent.parent
ROOT = HERE.parent
CSV_ROW_BYTES = 60  # of the mixed table, about
TRANSFER = re.compile(r"in ([0-9.]+) s \(")


class Cli:
    """Runs commands against one server."""

    def __init__(self, location):
        self.location = location

    def run(self, *arguments, env=None):
        """Seconds of the whole process, and what it said on standard error."""
        started = time.perf_counter()
        done = subprocess.run(
            [ROOT / "mallard", *map(str, arguments)],
            env={**os.environ, "MALLARD_URI": self.location, **(env or {})},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        seconds = time.perf_counter() - started
        if done.returncode != 0:
            raise RuntimeError(f"mallard {arguments[0]}: {done.stderr.strip()}")
        return seconds, done.stderr

    def whole(self, *arguments, env=None):
        return self.run(*arguments, env=env)[0]

    def transfer(self, *arguments):
        """Seconds of the transfer alone, as the command itself says, and of the whole process."""
        whole, said = self.run(*arguments)
        return float(TRANSFER.search(said).group(1)), whole

    def script(self, *arguments):
        """The same of a pyarrow process."""
        command = [sys.executable, "-m", "mallardbench.pyarrow_client", self.location, *map(str, arguments)]
        started = time.perf_counter()
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        return float(done.stdout), time.perf_counter() - started


class Report:
    def __init__(self):
        self.lines = []

    def line(self, what, mallard, peer="", ratio="", target=""):
        self.lines.append(f"| {what} | {mallard} | {peer} | {ratio} | {target} |")

    def show(self):
        print("| what | Mallard | beside | ratio | target |\n|---|---|---|---|---|")
        print("\n".join(self.lines))


def starts(report, bench):
    sides = measure(
        "start of a command (list)",
        [
            Side("with the class archive", lambda: bench.cli.whole("list")),
            Side("without", lambda: bench.cli.whole("list", env={"MALLARD_NO_ARCHIVE": "1"})),
            Side("--version", lambda: bench.cli.whole("--version")),
        ],
        2 * bench.rounds,
    )
    with_it, without, version = (sides[name].median for name in ("with the class archive", "without", "--version"))
    report.line("`mallard list`, whole process", f"{with_it:.2f} s", f"{without:.2f} s without the archive", target="≤ 0.7 s")
    report.line("`mallard --version`", f"{version:.2f} s")


def transfers(report, bench):
    file = bench.dataset.feather
    compare(
        report,
        bench,
        "get, Feather, to /dev/null",
        lambda: ("get", file.name, "-o", "/dev/null", "--output-format", "feather"),
        lambda: ("get", file.name, "/dev/null"),
    )
    compare(
        report,
        bench,
        "put, Feather, durable",
        lambda: ("put", file, "put.feather"),
        lambda: ("put", file, "put.feather"),
    )


def compare(report, bench, what, ours, theirs):
    """The transfer alone, and the process from its start to its end."""
    size = bench.dataset.arrow_bytes
    whole = {"pyarrow": [], "mallard": []}

    def once(name, work):
        transfer, process = work()
        whole[name].append(process)
        return transfer

    sides = measure(
        what,
        [
            Side("pyarrow", lambda: once("pyarrow", lambda: bench.cli.script(*theirs())), size, server=bench.server),
            Side("mallard", lambda: once("mallard", lambda: bench.cli.transfer(*ours())), size, 2 * size, bench.server),
        ],
        bench.rounds,
    )
    process = {name: statistics.median(seconds[-bench.rounds :]) for name, seconds in whole.items()}
    rate = lambda seconds: f"{size / seconds / 1e6:,.0f} MB/s"
    transfer = {name: side.median for name, side in sides.items()}
    for part, seconds, target in ((what, transfer, "≥ 0.8×"), (f"{what}, whole process", process, "")):
        ratio = f"{seconds['pyarrow'] / seconds['mallard']:.2f}×"
        report.line(part, rate(seconds["mallard"]), f"pyarrow {rate(seconds['pyarrow'])}", ratio, target)


def csv(report, bench):
    source, target = bench.dataset.parquet, bench.work / "out.csv"
    connection = duckdb.connect()
    connection.execute(f"CREATE VIEW mixed AS SELECT * FROM read_parquet('{source}')")
    mallard = lambda: bench.cli.whole("query", "SELECT * FROM mixed", "--output-path", target)
    copied = lambda: timed(lambda: connection.execute(f"COPY mixed TO '{target}' (HEADER)"))
    size = bench.dataset.arrow_bytes
    sides = measure(
        "CSV export",
        [Side("DuckDB COPY", copied, size), Side("mallard", mallard, size, server=bench.server)],
        bench.rounds,
    )
    peer, mallard = sides["DuckDB COPY"], sides["mallard"]
    report.line(
        "CSV export of a query, whole process",
        f"{mallard.median:.2f} s",
        f"DuckDB's COPY, in process: {peer.median:.2f} s",
        f"{peer.median / mallard.median:.2f}×",
        "≥ 0.5×",
    )
    target.unlink()


def timed(work):
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def pipeline(report, bench):
    """Sequential and pipelined, with more and more computing for each batch."""
    name = bench.dataset.feather.name
    for passes in bench.passes:
        run = lambda mode: bench.cli.transfer("consume", name, "--mode", mode, "--passes", passes)[0]
        sides = measure(
            f"consume, {passes} passes",
            [Side("sequential", lambda: run("sequential")), Side("pipeline", lambda: run("pipeline"))],
            bench.rounds,
        )
        one, many = sides["sequential"].median, sides["pipeline"].median
        report.line(
            f"consume, {passes} passes over each batch",
            f"pipeline {many:.2f} s",
            f"sequential {one:.2f} s",
            f"{one / many:.2f}×",
            "> 1×" if passes > 1 else "",
        )


def export(report, bench):
    """A CSV far larger than the memory that the command may have."""
    rows = bench.export_gb * 1e9 / CSV_ROW_BYTES
    factor = max(1, round(rows / bench.dataset.rows))
    sql = f"SELECT m.* FROM mixed m, range({factor})"
    target = bench.work / "export.csv"
    say(f"export: {factor} times the table as CSV, in 512 MB")
    started = time.perf_counter()
    env = {**os.environ, "MALLARD_URI": bench.cli.location, "MALLARD_JAVA_OPTS": "-Xmx256m -XX:MaxDirectMemorySize=64m"}
    process = subprocess.Popen(
        [ROOT / "mallard", "query", sql, "--output-path", str(target)], env=env, stderr=subprocess.PIPE, text=True
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    message = process.stderr.read()
    process.stderr.close()
    if process.returncode != 0:
        raise RuntimeError(f"export: {message.strip()}")
    seconds = time.perf_counter() - started
    peak, size = usage.ru_maxrss * 1024, target.stat().st_size
    target.unlink()
    report.line(
        f"CSV export of {size / 1e9:.1f} GB in {seconds:.0f} s", f"{peak / 1e6:.0f} MB resident at most", target="≤ 512 MB"
    )


def arguments():
    parser = argparse.ArgumentParser(prog="benchmark/cli", description=__doc__)
    parser.add_argument("--only", action="append", choices=list(ALL), help="this one only; may be repeated")
    parser.add_argument("--rows", type=int, default=20_000_000, help="of the mixed table (default: 20 M, 1 GB)")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--passes", type=int, action="append", help="of consume; may be repeated (default: 1, 2, 4)")
    parser.add_argument("--export-gb", type=float, default=10, help="size of the large CSV (default: 10)")
    return parser.parse_args()


class Bench:
    def __init__(self, options, dataset, work, server):
        self.rounds = options.rounds
        self.passes = options.passes or [1, 2, 4]
        self.export_gb = options.export_gb
        self.dataset = dataset
        self.work = work
        self.server = server
        self.cli = Cli(server.location)


ALL = {"starts": starts, "transfers": transfers, "csv": csv, "pipeline": pipeline, "export": export}


def main():
    options = arguments()
    processes.build(ROOT)
    dataset = data.generate("mixed", options.rows, HERE / "target/data")
    with tempfile.TemporaryDirectory(prefix="mallard-cli-", dir=HERE / "target") as scratch:
        work = pathlib.Path(scratch)
        folder = work / "data"
        folder.mkdir()
        for file in (dataset.feather, dataset.parquet):
            (folder / file.name).hardlink_to(file)
        report = Report()
        with processes.mallard(ROOT, folder, work / "logs", "--dataset", f"mixed={dataset.parquet}") as server:
            bench = Bench(options, dataset, work, server)
            for name in options.only or ALL:
                ALL[name](report, bench)
        report.show()


if __name__ == "__main__":
    main()
