"""SQL through Mallard, through the query service that it replaces, and in an embedded DuckDB (no network: the limit)."""

import argparse
import concurrent.futures
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import adbc_driver_flightsql.dbapi as adbc
import duckdb
import pyarrow as pa
import pyarrow.flight as flight

from .processes import Server

ROOT = pathlib.Path(__file__).resolve().parents[2]
AGGREGATION = "SELECT {0}, count(*), avg({1}), sum({1}) FROM mixed GROUP BY {0} ORDER BY {0}"


def seconds(work):
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def medians(rounds, **sides):
    """Every side once a round, in turn; the first round warms up."""
    times = {name: [] for name in sides}
    for number in range(rounds + 1):
        for name, work in sides.items():
            took = seconds(work)
            if number:
                times[name].append(took)
    return {name: statistics.median(taken) for name, taken in times.items()}


def drain(reader):
    return sum(chunk.data.nbytes for chunk in reader)


def query(client, sql):
    info = client.get_flight_info(flight.FlightDescriptor.for_command(sql))
    return sum(drain(client.do_get(endpoint.ticket)) for endpoint in info.endpoints)


def embedded(connection, sql):
    for _ in connection.sql(sql).to_arrow_reader(65_536):
        pass


def latency(work, count):
    taken = sorted(seconds(work) for _ in range(count))
    return taken[count // 2], taken[count * 95 // 100]


def throughput(location, clients, duration, work):
    """Calls a second of several clients, each with a connection of its own."""

    def loop(end):
        client = flight.connect(location)
        done = 0
        while time.perf_counter() < end:
            work(client)
            done += 1
        client.close()
        return done

    end = time.perf_counter() + duration
    with concurrent.futures.ThreadPoolExecutor(clients) as pool:
        return sum(pool.map(lambda _: loop(end), range(clients))) / duration


class Report:
    def __init__(self):
        print("| what | Mallard | query service | embedded DuckDB | ratio | target |\n|---|---|---|---|---|---|")

    def line(self, what, mallard, service="–", limit="–", ratio="–", target="–"):
        print(f"| {what} | {mallard} | {service} | {limit} | {ratio} | {target} |", flush=True)


def scans(report, options, mallard, service, connection):
    columns = [row[0] for row in connection.execute("DESCRIBE mixed").fetchall()]
    types = {row[0]: row[1] for row in connection.execute("DESCRIBE mixed").fetchall()}
    text = next(name for name in columns if types[name] == "VARCHAR")
    number = next(name for name in columns if types[name] == "DOUBLE")
    for what, sql, target in [
        ("SELECT * of the mixed table", "SELECT * FROM mixed", "≥ 1.3× the service"),
        ("filter, half of the rows", f"SELECT * FROM mixed WHERE {number} > 0.5", "–"),
        ("aggregation over it", AGGREGATION.format(text, number), "≤ 1.15× embedded"),
    ]:
        took = medians(
            options.rounds,
            mallard=lambda: query(mallard, sql),
            service=lambda: query(service, sql),
            limit=lambda: embedded(connection, sql),
        )
        faster = took["service"] / took["mallard"]
        slower = took["mallard"] / took["limit"]
        report.line(
            what,
            f"{took['mallard']:.2f} s",
            f"{took['service']:.2f} s",
            f"{took['limit']:.2f} s",
            f"{faster:.2f}× the service, {slower:.2f}× embedded's time",
            target,
        )


def small(report, options, location, service_location):
    client, service = flight.connect(location), flight.connect(service_location)
    query(client, "CREATE OR REPLACE TABLE points AS SELECT range AS id, 'n' || range AS name FROM range(100000)")
    calls = {"mallard": lambda: query(client, "SELECT 42 AS x"), "service": lambda: query(service, "SELECT 42 AS x")}
    for work in calls.values():
        latency(work, 300)
    middle, high = latency(calls["mallard"], options.calls)
    theirs, _ = latency(calls["service"], options.calls)
    report.line("1-row query, p50 / p95", f"{middle * 1e3:.2f} / {high * 1e3:.2f} ms", f"{theirs * 1e3:.2f} ms", target="p50 ≤ 2 ms")
    rate = throughput(location, 8, options.duration, lambda c: query(c, "SELECT 42 AS x"))
    report.line("1-row queries, 8 clients", f"{rate:.0f}/s", target="≥ 800/s")
    points(report, options, location, client)


def points(report, options, location, client):
    with adbc.connect(location.replace("grpc://", "grpc+tcp://"), autocommit=True) as connection:
        with connection.cursor() as cursor:
            def plain(i=iter(range(10**9))):
                cursor.execute(f"SELECT name FROM points WHERE id = {next(i) % 100000}")
                cursor.fetchall()

            def prepared(i=iter(range(10**9))):
                cursor.execute("SELECT name FROM points WHERE id = ?", (next(i) % 100000,))
                cursor.fetchall()

            def insert():
                query(client, "INSERT INTO inserted VALUES (1, 'x')")

            query(client, "CREATE OR REPLACE TABLE inserted(a INT, b VARCHAR)")
            for work in (plain, prepared, insert):
                latency(work, 50)
            count = options.calls
            rates = {work.__name__: count / seconds(lambda: [work() for _ in range(count)]) for work in (plain, prepared, insert)}
            report.line("point queries by ADBC: plain", f"{rates['plain']:.0f}/s")
            report.line("the same, prepared and bound", f"{rates['prepared']:.0f}/s", ratio=f"{rates['prepared'] / rates['plain']:.2f}×", target="≥ 1.5× plain")
            report.line("1-row INSERTs, durable", f"{rates['insert']:.0f}/s", target="≥ 400/s")
            table = pa.table({"i": pa.array(range(3_000_000)), "s": pa.array([f"name-{i % 1000}" for i in range(3_000_000)]), "v": pa.array([i * 0.5 for i in range(3_000_000)])})
            took = medians(2, ingest=lambda: cursor.adbc_ingest("bulk", table.to_reader(max_chunksize=100_000), mode="replace"))["ingest"]
            report.line("bulk ingest by ADBC", f"{table.nbytes / took / 1e6:.0f} MB/s", target="≥ 150 MB/s")


def tpch(report, options, client, connection):
    folder = ROOT / "generate/src/test/resources/dev/mallard/generate/tpch"
    queries = [(folder / f"q{n:02}.sql").read_text().strip().rstrip(";") for n in range(1, 23)]
    took = medians(
        1,
        mallard=lambda: [query(client, sql) for sql in queries],
        limit=lambda: [embedded(connection, sql) for sql in queries],
    )
    ratio = took["mallard"] / took["limit"]
    report.line(f"TPC-H sf {options.scale:g}, 22 queries", f"{took['mallard']:.1f} s", "–", f"{took['limit']:.1f} s", f"{ratio:.2f}×", "≤ 1.1×")
    return queries


def workers(report, options, location, queries):
    """Many workers must get as much done as one, and none of them an error."""

    def work(seed, end):
        client = flight.connect(location)
        done = errors = 0
        number = seed * 7
        while time.perf_counter() < end:
            try:
                query(client, queries[number % len(queries)])
                done += 1
            except flight.FlightError as error:
                errors += 1
                print(f"worker {seed}: {error}", file=sys.stderr)
            number += 1
        return done, errors

    results = {}
    for count in (1, 10):
        started = time.perf_counter()
        end = started + options.load_seconds
        with concurrent.futures.ThreadPoolExecutor(count) as pool:
            outcomes = list(pool.map(lambda seed: work(seed, end), range(count)))
        elapsed = time.perf_counter() - started
        results[count] = (sum(done for done, _ in outcomes) / elapsed, sum(errors for _, errors in outcomes))
    ratio = results[10][0] / results[1][0]
    report.line(
        f"10 workers of TPC-H for {options.load_seconds:g} s, {options.memory_limit}",
        f"{results[10][0]:.2f} queries/s, {results[10][1]} errors",
        ratio=f"{ratio:.2f}× one worker ({results[1][0]:.2f}/s)",
        target="0 errors, ≥ 0.9×",
    )


def arguments():
    parser = argparse.ArgumentParser(prog="benchmark/sql", description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000, help="of the mixed table")
    parser.add_argument("--scale", type=float, default=1, help="TPC-H scale factor")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--calls", type=int, default=1000, help="calls of each latency measurement")
    parser.add_argument("--duration", type=float, default=5, help="seconds of each rate measurement")
    parser.add_argument("--load-seconds", type=float, default=60, help="of the run with 10 workers")
    parser.add_argument("--memory-limit", default="2GiB", help="of Mallard's engine")
    parser.add_argument("--data", type=pathlib.Path, help="folder to keep the tables in for the next run")
    return parser.parse_args()


def generate(folder, options):
    if not (folder / "mixed.parquet").exists():
        mallard = [ROOT / "mallard", "generate"]
        subprocess.run([*mallard, "--kind", "tpch", "--scale", str(options.scale), "--output-path", folder / "tpch"], check=True, stdout=sys.stderr)
        for file in (folder / "tpch").iterdir():
            shutil.move(file, folder)
        (folder / "tpch").rmdir()
        subprocess.run([*mallard, "--kind", "mixed", "--num-records", str(options.rows), "--output-path", folder / "mixed.parquet"], check=True, stdout=sys.stderr)
    return sorted(folder.glob("*.parquet"))


def main():
    options = arguments()
    with tempfile.TemporaryDirectory(prefix="mallard-sql-", dir=ROOT / "benchmark" / "target") as scratch:
        folder = options.data or pathlib.Path(scratch) / "data"
        folder.mkdir(parents=True, exist_ok=True)
        files = generate(folder, options)
        logs = pathlib.Path(scratch) / "logs"
        views = [f"{file.stem}={file}" for file in files]
        connection = duckdb.connect(config={"threads": os.cpu_count(), "memory_limit": options.memory_limit.replace("iB", "B")})
        for file in files:
            connection.execute(f"CREATE VIEW {file.stem} AS SELECT * FROM read_parquet('{file}')")
        serve = [ROOT / "mallard", "serve", folder, "--port", "0", "--memory-limit", options.memory_limit]
        peer = [sys.executable, "-m", "mallardbench.sql_peer", *views]
        with Server("mallard", serve, logs) as mallard, Server("service", peer, logs) as service:
            report = Report()
            client = flight.connect(mallard.location)
            scans(report, options, client, flight.connect(service.location), connection)
            small(report, options, mallard.location, service.location)
            queries = tpch(report, options, client, connection)
            workers(report, options, mallard.location, queries)


if __name__ == "__main__":
    main()
