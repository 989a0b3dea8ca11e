"""Gets of one batch: how long one takes over one connection, and how many a second there are over eight."""

import json
import statistics
import subprocess
import sys

from mallardbench import traffic
from mallardbench.rounds import Result, Side, measure
from mallardbench.rows import MILLISECONDS, Kind, Measurement, alone, at_least, at_most, facts

CALL_RATE = Kind("call_rate", "calls/s")
CLIENTS = 8


def small_gets(bench):
    yield one_connection(bench)
    yield eight_connections(bench)


def one_connection(bench):
    """By a pyarrow client, as most people have it."""

    def side(label, kind, file):
        server, client = bench.server(kind)

        def run():
            seconds = sorted(traffic.latencies(client, file, bench.options.gets))
            more = {"p99_ms": seconds[int(len(seconds) * 0.99)] * 1e3, "max_ms": seconds[-1] * 1e3}
            return Result(statistics.median(seconds), more=more)

        return Side(label, run, calls=bench.options.gets, warm_runs=2, server=server)

    sides = measure(
        "small gets",
        [
            side("pyarrow in memory", "memory", "tiny.feather"),
            side("Mallard, Feather", "mallard", "tiny.feather"),
            side("Mallard, Parquet", "mallard", "tiny.parquet"),
        ],
        bench.rounds,
    )
    row = lambda form: alone(
        "one-batch get, p50", f"100 rows, {form}", sides[f"Mallard, {form}"], at_most(0.5, "ms"), MILLISECONDS, sides["pyarrow in memory"]
    )
    return Measurement("small gets", facts(sides), [row("Feather"), row("Parquet")])


def eight_connections(bench):
    """By a generator of load that leaves the cores to the server; see http2.py."""

    def side(label, kind):
        server, _ = bench.server(kind)
        return Side(label, lambda: generated(server, "tiny.feather", CLIENTS, bench.options.load_seconds), warm_runs=2, server=server)

    title = f"small gets, {CLIENTS} connections"
    sides = measure(title, [side("pyarrow in memory", "memory"), side("Mallard", "mallard")], bench.rounds)
    pair = sides["Mallard"], sides["pyarrow in memory"]
    rows = [alone(f"one-batch gets, {CLIENTS} clients", "100 rows, Feather", pair[0], at_least(6_000, "calls/s"), CALL_RATE, pair[1])]
    return Measurement(title, facts(sides), rows)


def generated(server, ticket, connections, seconds):
    command = [sys.executable, "-m", "mallardbench.http2", str(server.port), ticket, str(connections), str(seconds)]
    done = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    return Result(done.pop("seconds"), calls=done["calls"], more=done)
