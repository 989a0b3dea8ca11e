"""A real server, started as a user would, for clients that we did not write."""

import contextlib
import os
import pathlib
import signal
import subprocess
import time

import pyarrow.flight as flight
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Server:
    def __init__(self, process, uri):
        self.process = process
        self.uri = uri

    @property
    def port(self):
        return int(self.uri.rsplit(":", 1)[1])

    def connect(self, **options):
        return flight.connect(self.uri, **options)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)


@contextlib.contextmanager
def serving(*arguments):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MALLARD_")}
    process = subprocess.Popen(
        [str(ROOT / "mallard"), "serve", "--port", "0", *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    try:
        line = process.stdout.readline()
        assert " listening on grpc" in line, line
        yield Server(process, line.split(" listening on ")[1].split(" ")[0])
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                process.kill()
                raise


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def server(folder):
    with serving(folder) as running:
        yield running


@pytest.fixture
def client(server):
    with server.connect() as connected:
        yield connected


def put(client, name, table, max_chunksize=None, options=None):
    descriptor = flight.FlightDescriptor.for_path(name)
    writer, reader = client.do_put(descriptor, table.schema, options=options)
    with writer:
        writer.write_table(table, max_chunksize=max_chunksize)
        writer.done_writing()
        receipt = None
        while (buffer := reader.read()) is not None:
            receipt = buffer
    return receipt


def until(what, condition, seconds=60):
    """Waits for a condition, never for a time."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        time.sleep(0.01)


def answers(server):
    """Whether there is room for a query, on a server that runs one at a time and lets one wait."""
    soon = flight.FlightCallOptions(timeout=2)
    with server.connect() as client:
        try:
            info = client.get_flight_info(flight.FlightDescriptor.for_command(b"SELECT 42 AS x"), soon)
            return client.do_get(info.endpoints[0].ticket, soon).read_all().num_rows == 1
        except flight.FlightTimedOutError:
            return False


def get(client, name, options=None):
    return client.do_get(flight.Ticket(name), options).read_all()
