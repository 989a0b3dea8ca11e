"""The engine is killed again and again while datasets and tables are read and written."""

import os
import pathlib
import signal
import threading
import time

import pyarrow as pa
import pyarrow.flight as flight

from mallardbench.engine_memory import percentile, start, timed
from mallardbench.engine_process import engines


class Worker(threading.Thread):
    """Does the same thing again and again, and counts how it ended."""

    def __init__(self, name, location, stopped, work):
        super().__init__(daemon=True)
        self.title, self.work, self.stopped = name, work, stopped
        self.client = flight.connect(location, generic_options=[("grpc.use_local_subchannel_pool", 1)])
        self.done, self.seconds, self.errors = 0, [], {}

    def run(self):
        number = 0
        while not self.stopped.is_set():
            number += 1
            try:
                self.seconds.append(timed(lambda: self.work(self.client, number)))
                self.done += 1
            except Exception as error:  # Each is told at the end.
                text = " ".join(str(error).split())[:110]
                kind = f"{type(error).__name__}: {text}"
                self.errors[kind] = self.errors.get(kind, 0) + 1


def sql(client, text):
    return client.do_get(flight.Ticket(text.encode())).read_all()


class Rows:
    """Rows of which the server said that they are there, that they are not, or nothing for certain."""

    def __init__(self):
        self.there, self.not_there = set(), set()

    def insert(self, client, number):
        try:
            sql(client, f"INSERT INTO ledger VALUES ({number})")
        except flight.FlightError as error:
            # Only what says that nothing was done may be taken for that.
            (self.not_there if "not done" in str(error) or "rolled back" in str(error) else set()).add(number)
            raise
        self.there.add(number)


def kills(options):
    failures = []
    stopped = threading.Event()
    with start(options) as server:
        client = flight.connect(server.location)
        sql(client, "CREATE TABLE ledger (id BIGINT)")
        rows = Rows()
        table = pa.table({"n": list(range(20_000))})

        def put(own, number):
            writer, _ = own.do_put(flight.FlightDescriptor.for_path("changing"), table.slice(0, number % 20_000).schema)
            writer.write_table(table)
            writer.close()

        workers = [
            Worker("get", server.location, stopped, lambda own, n: own.do_get(flight.Ticket(b"small")).read_all()),
            Worker("put", server.location, stopped, put),
            Worker("SQL: small read", server.location, stopped, lambda own, n: sql(own, "SELECT count(*) FROM small")),
            Worker("SQL: longer read", server.location, stopped, lambda own, n: sql(own, "SELECT sum(hash(range)) FROM range(30000000)")),
            Worker("SQL: big result", server.location, stopped, lambda own, n: sql(own, "SELECT range, hash(range) FROM range(3000000)")),
            Worker("SQL: INSERT", server.location, stopped, rows.insert),
        ]
        for worker in workers:
            worker.start()
        killed = kill(server, client, options)
        stopped.set()
        for worker in workers:
            worker.join(60)
        failures += told(workers, killed)
        failures += truth(client, rows)
        if server.process.poll() is not None:
            failures.append("kills: the server ended")
    left = [str(path) for path in pathlib.Path("/dev/shm").glob("mallard-*")] if pathlib.Path("/dev/shm").is_dir() else []
    left += [str(path) for path in (options.work / "data/.mallard").rglob("*") if path.is_file() and path.name not in KEPT and "versions" not in path.parts and "cache" not in path.parts]
    if left:
        failures.append(f"kills: left behind: {left[:5]}")
    return failures


KEPT = {"lock", "tables.duckdb", "tables.duckdb.wal"}


def kill(server, client, options):
    """The engine that answers, not one that only starts."""
    until = time.monotonic() + options.minutes * 60
    killed = 0
    while time.monotonic() < until:
        time.sleep(options.every)
        try:
            sql(client, "SELECT 1")
        except flight.FlightError:
            continue
        os.kill(engines(server)[0], signal.SIGKILL)
        killed += 1
    return killed


def told(workers, killed):
    failures = []
    print(f"\n| {killed} engines killed | succeeded | failed | p50 | slowest |\n|---|---|---|---|---|")
    for worker in workers:
        print(
            f"| {worker.title} | {worker.done} | {sum(worker.errors.values())}"
            f" | {percentile(worker.seconds, 0.5) * 1e3:.1f} ms | {max(worker.seconds, default=0):.2f} s |"
        )
        if worker.is_alive():
            failures.append(f"kills: {worker.title} hangs")
        if worker.title in ("get", "put") and worker.errors:
            failures.append(f"kills: {worker.title} failed: {next(iter(worker.errors))}")
    print()
    for worker in workers:
        for error, count in sorted(worker.errors.items(), key=lambda item: -item[1])[:6]:
            print(f"{worker.title}: {count} × {error}")
    return failures


def truth(client, rows):
    stored = set(sql(client, "SELECT id FROM ledger").column(0).to_pylist())
    lost, undead = rows.there - stored, rows.not_there & stored
    print(f"\nrows said to be there: {len(rows.there)}, of which missing: {len(lost)}; said not to be there: {len(rows.not_there)}, of which found: {len(undead)}")
    failures = []
    if lost:
        failures.append(f"kills: {len(lost)} rows were lost that were there")
    if undead:
        failures.append(f"kills: {len(undead)} rows are there that were said not to be")
    return failures
