"""Clients of all kinds, in a process of its own: `soak_calls LOCATION SEED MIX`. For each number that it reads it makes so many calls."""

import collections
import json
import random
import socket
import struct
import sys
import time

import pyarrow as pa
import pyarrow.flight as flight

from mallardbench import data, http2

OWN_NAMES = 6
SHARED_NAMES = 8
BATCH_ROWS = 16_384
DEADLINE = flight.FlightCallOptions(timeout=0.03)
BAD_SQL = ["SELEC 1", "SELECT * FROM nowhere", "SELECT 'x'::INTEGER", "COPY points TO '/tmp/x'", "SELECT unknown FROM points"]

# What a call may be told because another client was quicker.
ABSENT = (KeyError, flight.FlightUnavailableError)
CANCELLED = (flight.FlightCancelledError, flight.FlightTimedOutError)


class Calls:
    """Each method is a call, or a few that belong together."""

    def __init__(self, location, seed):
        self.random = random.Random(seed)
        self.location, self.seed = location, seed
        self.port = int(location.rsplit(":", 1)[1])
        self.batches = data.mixed(4 * BATCH_ROWS).combine_chunks().to_batches(max_chunksize=BATCH_ROWS)
        self.client = self.connect()

    def connect(self):
        return flight.connect(self.location, generic_options=[("grpc.use_local_subchannel_pool", 1)])

    def own(self):
        return f"soak/of{self.seed}-{self.random.randrange(OWN_NAMES)}.{self.form()}"

    def shared(self):
        return f"soak/shared{self.random.randrange(SHARED_NAMES)}.feather"

    def form(self):
        return self.random.choice(["feather", "parquet"])

    def read(self, ticket):
        return sum(chunk.data.num_rows for chunk in self.client.do_get(flight.Ticket(ticket)))

    def get_tiny(self):
        assert self.read(f"tiny.{self.form()}") == data.TINY_ROWS

    def get_whole(self):
        assert self.read(f"medium.{self.form()}") > 0

    def get_abandoned(self):
        """Cancelled after some batches."""
        stream = self.client.do_get(flight.Ticket(f"large.{self.form()}"))
        for _ in range(self.random.randrange(4)):
            stream.read_chunk()
        stream.cancel()

    def get_broken_off(self):
        """The connection is gone in the middle, without a word."""
        self.broken_off(f"large.{self.form()}")

    def broken_off(self, name, stalled=0.0):
        connection = http2.Connection(self.port, name.encode())
        connection.socket.settimeout(20)
        connection.call()
        for _ in range(self.random.randrange(1, 30)):
            if connection.receive():
                break
        time.sleep(stalled)
        connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.socket.close()

    def get_deadline(self):
        try:
            list(self.client.do_get(flight.Ticket(f"large.{self.form()}"), DEADLINE))
        except CANCELLED:
            pass

    def put(self):
        self.upload(self.own())

    def upload(self, name, options=None):
        descriptor = flight.FlightDescriptor.for_path(name)
        writer, replies = self.client.do_put(descriptor, self.batches[0].schema, options or flight.FlightCallOptions())
        with writer:
            for batch in self.batches[: self.random.randrange(1, 5)]:
                writer.write_batch(batch)
            writer.done_writing()
            while replies.read() is not None:
                pass

    def append(self):
        try:
            self.upload(self.own(), flight.FlightCallOptions(headers=[(b"mallard-put-mode", b"append")]))
        except ABSENT:
            pass

    def put_deadline(self):
        """An upload that is never ended."""
        writer, _ = self.client.do_put(flight.FlightDescriptor.for_path(self.own()), self.batches[0].schema, DEADLINE)
        try:
            writer.write_batch(self.batches[0])
            time.sleep(0.04)
            writer.close()
        except CANCELLED:
            pass

    def drop(self):
        self.dropped(self.own())

    def dropped(self, name):
        try:
            list(self.client.do_action(flight.Action("drop_dataset", name.encode())))
        except ABSENT:
            pass

    def sql(self, text):
        info = self.client.get_flight_info(flight.FlightDescriptor.for_command(text))
        return self.client.do_get(info.endpoints[0].ticket).read_all()

    def sql_point(self):
        assert self.sql(f"SELECT name FROM points WHERE id = {self.random.randrange(1_000)}").num_rows == 1

    def sql_aggregate(self):
        self.sql(f'SELECT city, count(*), avg(price) FROM "medium.{self.form()}" GROUP BY city')

    def sql_own(self):
        try:
            self.sql(f'SELECT count(*) FROM "{self.own()}"')
        except (pa.ArrowException, flight.FlightError):
            pass  # It may not be there, or may go while it is asked.

    def sql_abandoned(self):
        stream = self.client.do_get(flight.Ticket(b'SELECT * FROM "large.parquet" WHERE price > 50'))
        stream.read_chunk()
        stream.cancel()

    def sql_change(self):
        self.sql(f"INSERT INTO points VALUES ({self.random.randrange(1_000, 1 << 40)}, 'new')")

    def listing(self):
        assert sum(1 for _ in self.client.list_flights()) > 0

    def info(self):
        self.client.get_flight_info(flight.FlightDescriptor.for_path("medium.feather"))

    def endpoints(self):
        options = flight.FlightCallOptions(headers=[(b"mallard-endpoints", b"3")])
        info = self.client.get_flight_info(flight.FlightDescriptor.for_path("medium.feather"), options)
        assert self.read(info.endpoints[-1].ticket.ticket) > 0

    def versions(self):
        try:
            list(self.client.do_action(flight.Action("list_versions", self.own().encode())))
        except ABSENT:
            pass

    def bad(self):
        bad = self.random.choice([self.bad_name, self.bad_ticket, self.bad_statement, self.bad_action, self.bad_upload])
        try:
            bad()
        except (pa.ArrowException, flight.FlightError, KeyError):
            return
        raise AssertionError(f"{bad.__name__} was not refused")

    def bad_name(self):
        self.client.get_flight_info(flight.FlightDescriptor.for_path("../up"))

    def bad_ticket(self):
        self.read(b'{"dataset":"tiny.feather","version":"none"')

    def bad_statement(self):
        self.sql(self.random.choice(BAD_SQL))

    def bad_action(self):
        list(self.client.do_action(flight.Action("no_such_action", b"")))

    def bad_upload(self):
        schema = pa.schema([("u", pa.union([pa.field("a", pa.int64())], mode="sparse"))])
        writer, replies = self.client.do_put(flight.FlightDescriptor.for_path("soak/bad.parquet"), schema)
        with writer:
            writer.done_writing()
            replies.read()

    def reconnect(self):
        self.client.close()
        self.client = self.connect()
        self.get_tiny()

    def shared_put(self):
        try:
            self.upload(self.shared())
        except pa.ArrowException as error:
            if "another" not in str(error):
                raise

    def shared_drop(self):
        self.dropped(self.shared())

    def shared_get(self):
        try:
            self.read(self.shared())
        except ABSENT:
            pass

    def shared_abandoned(self):
        try:
            stream = self.client.do_get(flight.Ticket(self.shared()))
            stream.read_chunk()
            stream.cancel()
        except (*ABSENT, StopIteration):
            pass

    def shared_broken_off(self):
        try:
            self.broken_off(self.shared(), stalled=self.random.choice([0, 0, 0, 0.3]))
        except RuntimeError:
            pass  # It was not there: the call has ended.

    def large_stalled(self):
        self.broken_off(f"large.{self.form()}", stalled=0.3)


MIXES = {
    "traffic": {
        "get_tiny": 30, "get_whole": 15, "get_abandoned": 8, "get_broken_off": 4, "get_deadline": 2, "put": 4, "append": 1,
        "put_deadline": 1, "drop": 3, "sql_point": 8, "sql_aggregate": 1, "sql_own": 1, "sql_abandoned": 1, "sql_change": 1,
        "listing": 2, "info": 7, "endpoints": 3, "versions": 2, "bad": 5, "reconnect": 1,
    },
    "churn": {
        "get_abandoned": 20, "get_broken_off": 15, "get_deadline": 5, "large_stalled": 3, "get_whole": 10, "put_deadline": 2,
        "shared_put": 12, "shared_drop": 6, "shared_get": 15, "shared_abandoned": 15, "shared_broken_off": 15, "sql_abandoned": 2,
        "reconnect": 2,
    },
}  # fmt: skip


def main(location, seed, mix):
    calls = Calls(location, seed)
    names, weights = list(MIXES[mix]), list(MIXES[mix].values())
    print("ready", flush=True)
    for line in sys.stdin:
        made, errors, seconds = collections.Counter(), collections.Counter(), collections.Counter()
        for name in calls.random.choices(names, weights, k=int(line)):
            made[name] += 1
            started = time.perf_counter()
            try:
                getattr(calls, name)()
            except Exception as error:  # Each is told; the benchmark fails with it.
                errors[f"{name}: {type(error).__name__}: {' '.join(str(error).split())[:150]}"] += 1
            seconds[name] += time.perf_counter() - started
        print(json.dumps({"made": made, "errors": errors, "seconds": seconds}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
