"""`benchmark/soak`: whether anything is left behind by very many calls of all kinds, from several processes at once.

--calls N: gets to their ends, gets that are cancelled, whose deadline passes or whose connection breaks off, uploads, appends, uploads
that are never ended, drops, SQL, listings, calls that must be refused. After each quarter the clients rest, and what the server and
its engine's process hold is written down: after the last it must be what it was after the first.

--minutes N: datasets are replaced and dropped under those that read them, and readers leave in all ways at random moments. At the end
no mapping of a dataset is left, no dataset's file is open, and the disk has what was dropped back.

The Java heap is fixed and touched beforehand, so that what grows is something else; what is alive in it is told apart.
"""

import argparse
import collections
import contextlib
import json
import pathlib
import subprocess
import sys
import time

import pyarrow.flight as flight

from mallardbench import data, processes, resources
from mallardbench.bench import HERE, Bench
from mallardbench.report import Results
from mallardbench.rounds import say
from mallardbench.rows import Measurement, at_most, fact

HEAP = "-Xms1g -Xmx1g -XX:+AlwaysPreTouch"
QUARTERS = 4
CLIENTS = 4
MEDIUM_ROWS, LARGE_ROWS = 40_000, 1_000_000
CHURN_CALLS = 50  # of each client, before it is looked at the clock
MB = 1_000_000

# How much more there may be after the last quarter than after the first. (DuckDB's allocator splits and joins its mappings.)
SERVER = {"anonymous": 48 * MB, "resident": 64 * MB, "mappings": 32, "files": 12, "threads": 12}
ENGINE = {"anonymous": 64 * MB, "resident": 96 * MB, "mappings": 256, "files": 12, "threads": 12}


class Clients:
    """Processes that make calls when they are told how many."""

    def __init__(self, location, count, mix, stack):
        self.made, self.errors, self.seconds = collections.Counter(), collections.Counter(), collections.Counter()
        self.processes = [stack.enter_context(worker(location, seed, mix)) for seed in range(count)]
        for process in self.processes:
            process.stdout.readline()  # It is ready.

    def make(self, calls):
        """Altogether; returns when all have been made."""
        share = -(-calls // len(self.processes))
        for process in self.processes:
            process.stdin.write(f"{share}\n")
            process.stdin.flush()
        for process in self.processes:
            answer = process.stdout.readline()
            if not answer:
                raise RuntimeError(f"a client ended with {process.wait()}")
            done = json.loads(answer)
            self.made.update(done["made"])
            self.errors.update(done["errors"])
            self.seconds.update(done["seconds"])

    def tell(self):
        say("    " + ", ".join(f"{self.made[name]:,} {name} in {seconds:.0f} s" for name, seconds in self.seconds.most_common()))
        for error, count in self.errors.most_common(20):
            say(f"    {count:,} × {error}")


@contextlib.contextmanager
def worker(location, seed, mix):
    command = [sys.executable, "-m", "mallardbench.soak_calls", location, str(seed), mix]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.stdin.close()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


class Soaked:
    """A server with what the clients read, and its folder."""

    def __init__(self, bench, stack, mix):
        self.folder = bench.folder(f"soak-{mix}")
        for name, rows in (("medium", MEDIUM_ROWS), ("large", LARGE_ROWS)):
            dataset = data.generate("mixed", rows, bench.target / "data")
            for file in (dataset.feather, dataset.parquet):
                (self.folder / f"{name}{file.suffix}").hardlink_to(file)
        data.tiny(self.folder)
        environment = {"MALLARD_JAVA_OPTS": HEAP}
        self.server = stack.enter_context(processes.mallard(bench.root, self.folder, bench.logs, name=f"soak-{mix}", env=environment))
        self.client = stack.enter_context(flight.connect(self.server.location))
        made = flight.Ticket(b"CREATE TABLE points AS SELECT range AS id, 'n' || range AS name FROM range(1000)")
        self.client.do_get(made).read_all()

    def temporary(self):
        """Files of uploads and of results under way."""
        own = self.folder / ".mallard"
        return len(resources.files(own / "staging")), len(resources.files(own / "sql"))

    def drop_all(self):
        for info in self.client.list_flights(b"soak/"):
            name = b"/".join(info.descriptor.path)
            list(self.client.do_action(flight.Action("drop_dataset", name)))


def traffic(bench, calls, clients):
    """The same calls in four quarters. One measurement."""
    with contextlib.ExitStack() as stack:
        soaked = Soaked(bench, stack, "traffic")
        working = Clients(soaked.server.location, clients, "traffic", stack)
        started, looks = time.perf_counter(), []
        for quarter in range(QUARTERS):
            say(f"soak: quarter {quarter + 1} of {QUARTERS}, {calls // QUARTERS:,} calls")
            working.make(calls // QUARTERS)
            looks.append(look(soaked))
            say(f"    {looks[-1]}")
        seconds = time.perf_counter() - started
        working.tell()
        soaked.drop_all()
        left = soaked.temporary()[0]
    table = f"{sum(working.made.values()):,} calls, {seconds:.0f} s"
    rows = [
        *grown("server", "server", SERVER, looks, table),
        *grown("engine's process", "engine", ENGINE, looks, table),
        row("soak: live heap", table, [each["live_heap"] for each in looks], 16 * MB),
        row("soak: files of statements", table, [each["sql_files"] for each in looks], 8),
        fact("soak: unfinished uploads", table, str(left), at_most(0, "files"), left),
        failures(table, working),
    ]
    return Measurement("soak", {"looks": looks, "made": working.made, "client_seconds": working.seconds, "errors": working.errors, "seconds": seconds}, rows)


def look(soaked):
    heap = resources.live_heap(soaked.server)
    server, engine = resources.at_rest(soaked.server)
    return {"server": vars(server), "engine": vars(engine), "live_heap": heap, "sql_files": soaked.temporary()[1]}


def grown(title, key, limits, looks, table):
    return [row(f"soak: {title}, {name}", table, [each[key][name] for each in looks], limit) for name, limit in limits.items()]


def row(what, table, values, limit):
    """Of the four quarters; the first is what the last is measured by."""
    scale, unit = (MB, "MB") if limit >= MB else (1, "")
    shown = ", ".join(f"{value / scale:,.0f}" for value in values)
    growth = (values[-1] - values[0]) / scale
    return fact(what, table, f"{shown} {unit}".strip(), at_most(limit / scale, f"{unit} more".strip()), growth)


def failures(table, working):
    count = sum(working.errors.values())
    return fact("soak: calls that went wrong", table, f"{count:,}", at_most(0, "calls"), count)


def churn(bench, minutes, clients):
    """Nothing but changes and departures. One measurement."""
    with contextlib.ExitStack() as stack:
        soaked = Soaked(bench, stack, "churn")
        working = Clients(soaked.server.location, clients, "churn", stack)
        end, mapped = time.monotonic() + minutes * 60, 0
        say(f"soak: {minutes:g} minutes of cancels, drops and disconnects")
        while time.monotonic() < end:
            working.make(CHURN_CALLS * clients)
            mapped = max(mapped, len(resources.mapped(soaked.server.pid, soaked.folder)))
        working.tell()
        soaked.drop_all()
        leftovers = released(soaked)
        read = sum(chunk.data.num_rows for chunk in soaked.client.do_get(flight.Ticket("large.feather")))
    table = f"{minutes:g} minutes, {sum(working.made.values()):,} calls"
    counts = {name: len(found) for name, found in leftovers.items()}
    rows = [fact(f"soak: {name} left", table, str(count), at_most(0, ""), count) for name, count in counts.items()]
    rows.append(fact("soak: mappings of datasets, at most", table, str(mapped)))
    rows += [failures(table, working), fact("soak: rows read afterwards", table, f"{read:,}", at_most(0, "missing"), LARGE_ROWS - read)]
    seen = {"made": working.made, "errors": working.errors, "left": leftovers, "mappings_seen": mapped}
    return Measurement("soak, cancels and drops", seen, rows)


def released(soaked, most=20):
    """What is still held of datasets. What was just let go may take a moment."""
    pid, folder, end = soaked.server.pid, soaked.folder, time.monotonic() + most
    while True:
        left = {
            "mappings of datasets": resources.mapped(pid, folder),
            "open files of datasets": [file for file in resources.opened(pid, folder) if is_data(file)],
            "unfinished uploads": [str(path) for path in resources.files(folder / ".mallard/staging")],
            "files of what was dropped": [str(path) for path in resources.files(folder / "soak") + resources.files(folder / ".mallard/versions/soak")],
        }
        if not any(left.values()) or time.monotonic() > end:
            for name, found in left.items():
                for each in found[:5]:
                    say(f"    {name}: {each}")
            return left
        time.sleep(0.25)


def is_data(file):
    """Not the lock of the folder, which is held as long as the server lives."""
    return not file.endswith(".mallard/lock")


def options():
    parser = argparse.ArgumentParser(prog="benchmark/soak", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mallard", type=pathlib.Path, default=HERE.parent, help="root with the launcher (default: ..)")
    parser.add_argument("--calls", type=int, help="mixed calls (default: 100,000, unless --minutes is given)")
    parser.add_argument("--minutes", type=float, help="of cancels, drops and disconnects")
    parser.add_argument("--clients", type=int, default=CLIENTS, help=f"processes (default: {CLIENTS})")
    parser.add_argument("--json", type=pathlib.Path, default=HERE / "target/soak.json")
    chosen = parser.parse_args()
    if not chosen.minutes:
        chosen.calls = chosen.calls or 100_000
    return chosen


def measurements(bench, chosen):
    if chosen.calls:
        yield traffic(bench, chosen.calls, chosen.clients)
    if chosen.minutes:
        yield churn(bench, chosen.minutes, chosen.clients)


def main():
    chosen = options()
    results = Results(chosen.json, processes.build(chosen.mallard.resolve()), chosen)
    with contextlib.ExitStack() as stack:
        bench = Bench(chosen, stack)
        results.take(measurements(bench, chosen))
    bench.close()
    print(results.render())
    say(f"all figures: {chosen.json}")
    sys.exit(1 if results.missed else 0)


if __name__ == "__main__":
    main()
