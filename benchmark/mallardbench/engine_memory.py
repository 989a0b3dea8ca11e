"""Statements that take more than they may, or do not stop."""

import os
import signal
import statistics
import subprocess
import sys
import threading
import time

import grpc
import pyarrow as pa
import pyarrow.flight as flight
import pyarrow.parquet as parquet

from mallardbench import processes
from mallardbench.engine_process import Peak, engines, seconds_until_idle
from mallardbench.rounds import say

HOSTILE = {
    "a list of 300 M, summed": "SELECT list_sum(range(300000000))",
    "a list of 1,000 M, summed": "SELECT list_sum(range(1000000000))",
    "a list of 1,000 M, unnested": "SELECT unnest(range(1000000000))",
    "three texts of 900 MB": "SELECT length(repeat('x',900000000)), length(repeat('y',900000000)), length(repeat('z',900000000))",
    "a text of 2 GB": "SELECT length(repeat('x',2000000000))",
    "a text of 4 GB": "SELECT length(repeat('x',4000000000))",
    "a text of 800 MB, sent": "SELECT repeat('x',800000000)",
    "50 M matches": "SELECT len(regexp_extract_all(repeat('a',50000000),'a'))",
    "50 M parts": "SELECT len(string_split(repeat('a,',50000000),','))",
    "a list, sorted": "SELECT len(list_sort(range(200000000)))",
    "a list, reversed": "SELECT len(list_reverse(range(300000000)))",
    "a list, transformed": "SELECT len(list_transform(range(100000000), lambda x: x * 2))",
    "a list, filtered": "SELECT len(list_filter(range(100000000), lambda x: x % 2 = 0))",
    "a list, reduced": "SELECT list_reduce(range(100000000), lambda a, b: a + b)",
    "lists, concatenated": "SELECT len(list_concat(range(150000000), range(150000000)))",
    "distinct elements": "SELECT len(list_distinct(range(50000000)))",
    "a histogram": "SELECT cardinality(histogram(i)) FROM range(100000000) t(i)",
    "an aggregated list": "SELECT len(list(i)) FROM range(300000000) t(i)",
    "aggregated text": "SELECT length(string_agg(repeat('x', 1000), ',')) FROM range(3000000)",
    "exact quantiles": "SELECT quantile_cont(i::DOUBLE, 0.5) FROM range(300000000) t(i)",
    "the mode": "SELECT mode(i) FROM range(100000000) t(i)",
    "as JSON": "SELECT length(to_json(range(100000000))::VARCHAR)",
    "a padded text": "SELECT length(lpad('x', 2000000000, 'y'))",
    "replaced text": "SELECT length(replace(repeat('a',100000000), 'a', repeat('b', 20)))",
    "a big cross join, sorted": "SELECT i FROM range(100000) a(i), range(5000) b(j) ORDER BY hash(i, j) LIMIT 1 OFFSET 400000000",
    "many groups": "SELECT count(*) FROM (SELECT i, list(i) FROM range(100000000) t(i) GROUP BY i)",
    "a window over all": "SELECT max(s) FROM (SELECT sum(i) OVER (ORDER BY hash(i)) s FROM range(100000000) t(i))",
    "hex of much": "SELECT length(hex(repeat('x',700000000)))",
    "base64 of much": "SELECT length(base64(repeat('x',700000000)::BLOB))",
    "an array of arrays": "SELECT len(flatten(list_transform(range(20000), lambda x: range(20000))))",
    "a recursion that grows": "WITH RECURSIVE t(x) AS (SELECT 'x' UNION ALL SELECT x || x FROM t WHERE length(x) < 4000000000) SELECT max(length(x)) FROM t",
    "800 terms": "SELECT " + "+".join(["1"] * 800),
    "800 texts put together": "SELECT " + "||".join(["'a'"] * 800),
    "800 nested calls": "SELECT " + "abs(" * 800 + "1" + ")" * 800,
    "700 nested queries": "SELECT * FROM " + "(SELECT * FROM " * 700 + "range(1)" + ")" * 700,
    "a join of 400": "SELECT count(*) FROM " + ", ".join(f"range(1) t{i}" for i in range(400)),
    "a column's name of 70,000": 'SELECT 1 AS "' + "x" * 70000 + '"',
    "100,000 nested calls": "SELECT " + "abs(" * 100000 + "1" + ")" * 100000,
    "10,000 times EXPLAIN": "EXPLAIN " * 10000 + "SELECT 1",
}
STUBBORN = {
    "list_sum(range(2e9))": "SELECT list_sum(range(20000000)) FROM range(1000)",
    "unnest": "SELECT sum(x) FROM (SELECT unnest(range(90000000)) x)",
    "three texts": "SELECT length(repeat('x',200000000)), length(repeat('y',200000000)), length(repeat('z',200000000)) FROM range(1000)",
    "regexp_extract_all": "SELECT len(regexp_extract_all(repeat('a',5000000),'a')) FROM range(1000)",
    "string_split": "SELECT len(string_split(repeat('a,',3000000),',')) FROM range(1000)",
    "a cross join": "SELECT count(*) FROM range(10000000000) a, range(10000000000) b WHERE hash(a.range, b.range) = 0",
}


def start(options, *more, limit=True):
    folder = options.work / "data"
    folder.mkdir(exist_ok=True)
    parquet.write_table(pa.table({"n": list(range(1000))}), folder / "small.parquet")
    limits = ["--memory-limit", f"{options.limit_mb}MiB"] if limit else []
    return processes.mallard(options.root, folder, options.logs, *limits, *more, name="engine")


def ask(client, sql, deadline=None):
    """Rows of the result; the error's class and first words otherwise."""
    call = flight.FlightCallOptions(timeout=deadline) if deadline else None
    try:
        reader = client.do_get(flight.Ticket(sql.encode()), call)
        return f"{sum(chunk.data.num_rows for chunk in reader)} rows"
    except (flight.FlightError, pa.ArrowException, OSError) as error:
        return f"{type(error).__name__}: {' '.join(str(error).split())[:90]}"


class Reader(threading.Thread):
    """Another client, which reads a dataset and asks small questions all the time."""

    def __init__(self, location, sql="SELECT count(*) FROM small WHERE n < 10"):
        super().__init__(daemon=True)
        self.client = flight.connect(location)
        self.sql = sql
        self.stopped = threading.Event()
        self.gets, self.queries, self.failures, self.get_failures = [], [], [], []

    def run(self):
        while not self.stopped.is_set():
            try:
                self.gets.append(timed(lambda: self.client.do_get(flight.Ticket(b"small")).read_all()))
            except Exception as error:  # whatever it is, it is a failure of the promise
                self.get_failures.append(str(error)[:200])
            try:
                self.queries.append(timed(lambda: self.client.do_get(flight.Ticket(self.sql.encode())).read_all()))
            except Exception as error:
                self.failures.append(str(error)[:200])
            time.sleep(0.01)

    def stop(self):
        self.stopped.set()
        self.join()


def timed(work):
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")


def memory(options):
    """Each hostile statement by itself, while another client reads."""
    failures = []
    limit = options.limit_mb << 20
    print(f"\n| statement (limit {options.limit_mb} MiB) | the engine's memory at most, of the limit | ended with | after |\n|---|---|---|---|")
    with start(options) as server:
        client, other = flight.connect(server.location), Reader(server.location)
        ask(client, "SELECT 1")
        other.start()
        for name, sql in HOSTILE.items():
            with Peak(server) as peak:
                started = time.perf_counter()
                answer = ask(client, sql, options.deadline)
                seconds = time.perf_counter() - started
                seconds_until_idle(server)
            print(f"| {name} | {peak.bytes / limit:.2f} | {answer} | {seconds:.1f} s |", flush=True)
            if peak.bytes > 1.2 * limit:
                failures.append(f"memory: {name}: {peak.bytes / limit:.2f} of the limit")
            if server.process.poll() is not None:
                return failures + [f"memory: {name} ended the server"]
            if ask(client, "SELECT 1", 10) != "1 rows":
                failures.append(f"memory: after {name} no statement runs")
        other.stop()
        print(
            f"\nMeanwhile another client: {len(other.gets)} gets ({len(other.get_failures)} failed), {len(other.queries)} queries"
            f" ({len(other.failures)} failed), slowest {max(other.gets):.2f} s and {max(other.queries):.2f} s"
        )
        failures += [f"memory: a get failed: {text}" for text in set(other.get_failures)]
        failures += [f"memory: another's query failed: {text}" for text in set(other.failures)]
    return failures


def stops(options):
    """Until nothing is computed any more."""
    failures = []
    print("\n| seconds of work after | " + " | ".join(WAYS) + " |\n" + "|---" * (len(WAYS) + 1) + "|")
    with start(options) as server:
        ask(flight.connect(server.location), "SELECT 1")
        for name, sql in STUBBORN.items():
            cells = []
            for way, stop in WAYS.items():
                stop(server, sql)
                seconds = seconds_until_idle(server)
                cells.append(f"{seconds:.1f}")
                if seconds > 2.3:  # What is measured is to a tenth of a second, and begins before the server hears of it.
                    failures.append(f"stops: {name} worked for {seconds:.1f} s after {way}")
            print(f"| {name} | " + " | ".join(cells) + " |", flush=True)
    return failures


def by_deadline(server, sql):
    ask(flight.connect(server.location), sql, 1.5)


def by_cancel(server, sql):
    """By gRPC itself: pyarrow's DoGet cannot be cancelled before it has a schema."""
    channel = grpc.insecure_channel(f"127.0.0.1:{server.port}")
    text = sql.encode()
    call = channel.unary_stream("/arrow.flight.protocol.FlightService/DoGet")(b"\x0a" + varint(len(text)) + text)
    threading.Timer(1.5, call.cancel).start()
    try:
        list(call)
    except grpc.RpcError as error:
        say(f"    {error.details()[:80]}")
    channel.close()


def by_disconnect(server, sql):
    code = "import sys, pyarrow.flight as f; f.connect(sys.argv[1]).do_get(f.Ticket(sys.argv[2].encode())).read_all()"
    child = subprocess.Popen([sys.executable, "-c", code, server.location, sql], stderr=subprocess.DEVNULL)
    time.sleep(2.5)  # It has to start.
    child.send_signal(signal.SIGKILL)
    child.wait()


def by_cancel_flight_info(server, sql):
    """A polled query, cancelled by what its first answer names."""
    channel = grpc.insecure_channel(f"127.0.0.1:{server.port}")
    raw = lambda name: channel.unary_unary(f"/arrow.flight.protocol.FlightService/{name}")
    descriptor = b"\x08\x02\x12" + varint(len(sql.encode())) + sql.encode()
    try:
        poll = raw("PollFlightInfo")(descriptor, timeout=30)
    except grpc.RpcError as error:  # It was refused before it could be cancelled.
        say(f"    {error.details()[:80]}")
        channel.close()
        return
    info = field(poll, 1)
    action = lambda kind, body: b"\x0a" + varint(len(kind)) + kind + b"\x12" + varint(len(body)) + body
    request = b"\x0a" + varint(len(info)) + info
    time.sleep(1.0)
    stream = channel.unary_stream("/arrow.flight.protocol.FlightService/DoAction")(action(b"CancelFlightInfo", request), timeout=30)
    try:
        list(stream)
    except grpc.RpcError as error:
        say(f"    {error.details()[:80]}")
    channel.close()


def varint(value):
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def field(message, number):
    """The first field of this number, which is bytes."""
    at = 0
    while at < len(message):
        key, at = read_varint(message, at)
        if key & 7 == 2:
            length, at = read_varint(message, at)
            if key >> 3 == number:
                return message[at : at + length]
            at += length
        elif key & 7 == 0:
            _, at = read_varint(message, at)
        else:
            at += 8 if key & 7 == 1 else 4
    return b""


def read_varint(message, at):
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 127) << shift
        shift, at = shift + 7, at + 1
        if byte < 128:
            return value, at


WAYS = {
    "a deadline": by_deadline,
    "a cancel": by_cancel,
    "a disconnect": by_disconnect,
    "CancelFlightInfo": by_cancel_flight_info,
}


def neighbours(options):
    """Others' small queries while something runs away, with and without a restart of the engine."""
    failures = []
    cases = {
        "a cross join": STUBBORN["a cross join"],
        "a sort of much": HOSTILE["a big cross join, sorted"],
        "a text of 4 GB, again and again": HOSTILE["a text of 4 GB"],
        "the engine killed every 3 s": None,
    }
    print("\n| meanwhile | small queries | failed | p50 | p99 | slowest | gets' p99 |\n|---|---|---|---|---|---|---|")
    with start(options) as server:
        client = flight.connect(server.location)
        idle = watched(server, 6, lambda until: time.sleep(until - time.monotonic()))
        for _ in range(2):  # The first is for warming up.
            idle = watched(server, 6, lambda until: time.sleep(until - time.monotonic()))
        row("nothing", idle)
        for name, sql in cases.items():
            other = watched(server, 10, lambda until: disturb(server, client, sql, until))
            row(name, other)
            if other.failures or other.get_failures:
                failures.append(f"neighbours: {name}: {(other.failures + other.get_failures)[0]}")
            restarts = sql is None or "4 GB" in name
            most = 1.5 if restarts else 10 * percentile(idle.queries, 0.99)
            if percentile(other.queries, 0.99 if not restarts else 1) > most:
                failures.append(f"neighbours: {name}: p99 {percentile(other.queries, 0.99):.3f} s, slowest {max(other.queries):.3f} s")
    return failures


def watched(server, seconds, work):
    reader = Reader(server.location)
    reader.start()
    work(time.monotonic() + seconds)
    reader.stop()
    return reader


def disturb(server, client, sql, until):
    while time.monotonic() < until:
        if sql is None:
            time.sleep(3)
            for pid in engines(server)[:1]:
                os.kill(pid, signal.SIGKILL)
        else:
            ask(client, sql, max(0.5, until - time.monotonic()))


def row(name, reader):
    print(
        f"| {name} | {len(reader.queries)} | {len(reader.failures) + len(reader.get_failures)}"
        f" | {statistics.median(reader.queries) * 1e3:.1f} ms | {percentile(reader.queries, 0.99) * 1e3:.1f} ms"
        f" | {max(reader.queries) * 1e3:.0f} ms | {percentile(reader.gets, 0.99) * 1e3:.1f} ms |",
        flush=True,
    )
