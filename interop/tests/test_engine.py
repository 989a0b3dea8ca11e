"""The engine is a process of its own: whatever a statement does to it, the server and its other clients go on."""

import os
import pathlib
import re
import signal
import sys
import threading

import pyarrow as pa
import pyarrow.flight as flight
import pytest
from conftest import get, put, serving, until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks for the engine's process in /proc")

DEADLY = {
    "800 terms": "SELECT " + "+".join(["1"] * 800),
    "800 texts": "SELECT " + "||".join(["'a'"] * 800),
    "800 nested calls": "SELECT " + "abs(" * 800 + "1" + ")" * 800,
    "700 nested queries": "SELECT * FROM " + "(SELECT * FROM " * 700 + "range(1)" + ")" * 700,
    "a join of 400": "SELECT count(*) FROM " + ", ".join(f"range(1) t{i}" for i in range(400)),
    "a column's name of 70,000": 'SELECT 1 AS "' + "x" * 70000 + '"',
    "100,000 nested calls": "SELECT " + "abs(" * 100000 + "1" + ")" * 100000,
    "100,000 nested brackets": "SELECT " + "(" * 100000 + "1" + ")" * 100000,
    "100,000 nested lists": "SELECT " + "[" * 100000 + "1" + "]" * 100000,
    "10,000 times EXPLAIN": "EXPLAIN " * 10000 + "SELECT 1",
    "10,000 times NOT": "SELECT " + "NOT " * 10000 + "true",
    "a list of 300 M": "SELECT list_sum(range(300000000))",
    "1,000 M rows of a list": "SELECT sum(x) FROM (SELECT unnest(range(1000000000)) x)",
    "three texts of 900 MB": "SELECT length(repeat('x',900000000)), length(repeat('y',900000000)), length(repeat('z',900000000))",
    "a text of 2 GB": "SELECT length(repeat('x',2000000000))",
}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return tmp_path_factory.mktemp("engine")


@pytest.fixture(scope="module")
def server(data):
    with serving(data, "--memory-limit", "512MiB") as running:
        put(running.connect(), "small", pa.table({"n": list(range(1000))}))
        yield running


def sql(client, text, timeout=60):
    return client.do_get(flight.Ticket(text.encode()), flight.FlightCallOptions(timeout=timeout)).read_all()


def engines(server_pid):
    """The engine's processes that a server has started, the spare one included."""
    found = []
    for children in pathlib.Path(f"/proc/{server_pid}/task").glob("*/children"):
        for pid in children.read_text().split():
            if "EngineMain" in pathlib.Path(f"/proc/{pid}/cmdline").read_text():
                found.append(int(pid))
    return sorted(found)


def in_use(server_pid, client):
    sql(client, "SELECT 1")
    return engines(server_pid)


def kill_engines(running):
    for pid in engines(running.process.pid):
        os.kill(pid, signal.SIGKILL)


class Reader(threading.Thread):
    """A client that reads a dataset all the time."""

    def __init__(self, client):
        super().__init__()
        self.client, self.stopped, self.gets, self.failures = client, threading.Event(), 0, []

    def run(self):
        while not self.stopped.is_set():
            try:
                assert get(self.client, "small").num_rows == 1000
                self.gets += 1
            except Exception as error:  # whatever it is, it should not be
                self.failures.append(error)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *unused):
        self.stopped.set()
        self.join()


@pytest.mark.parametrize("name", DEADLY)
def test_no_statement_ends_the_server_or_disturbs_who_reads_datasets(server, name):
    client = server.connect()
    with Reader(server.connect()) as reader:
        try:
            sql(client, DEADLY[name], 20)
        except (flight.FlightError, pa.ArrowInvalid, pa.ArrowException) as error:
            assert "Exception" not in str(error).split("gRPC client debug context")[0]
        assert sql(client, "SELECT count(*) AS n FROM small").to_pydict() == {"n": [1000]}
    assert server.process.poll() is None
    assert reader.failures == [] and reader.gets > 0


def test_a_killed_engine_is_replaced_and_reads_do_not_notice(server):
    client = server.connect()
    before = in_use(server.process.pid, client)
    for _ in range(3):
        kill_engines(server)
        assert sql(client, "SELECT sum(n) AS s FROM small").to_pydict() == {"s": [499500]}
    assert not set(before) & set(engines(server.process.pid))


def test_a_read_under_way_goes_on_on_the_next_engine(server):
    client = server.connect()
    done = []
    reading = threading.Thread(
        target=lambda: done.append(sql(client, "SELECT sum(hash(range) % 7)::BIGINT FROM range(200000000)").num_rows)
    )
    reading.start()
    until("the engine works", lambda: any(busy(pid) for pid in engines(server.process.pid)))
    kill_engines(server)
    reading.join()
    assert done == [1]


def busy(pid):
    """Whether it has used more CPU than it takes to start."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    if not hasattr(busy, "first"):
        busy.first = {}
    ticks = int(fields[11]) + int(fields[12])
    return ticks - busy.first.setdefault(pid, ticks) > 50


def test_rows_that_were_acknowledged_are_there_and_no_others(server):
    client = server.connect()
    sql(client, "CREATE OR REPLACE TABLE ledger (id BIGINT)")
    there, not_there = set(), set()
    for number in range(200):
        killer = threading.Timer(number % 7 / 1000, kill_engines, [server])
        if number % 25 == 24:
            killer.start()
        try:
            sql(client, f"INSERT INTO ledger VALUES ({number})")
            there.add(number)
        except flight.FlightError as error:
            # What is not known for certain is said so; an engine that cannot start says that nothing was done.
            if "not done" in str(error):
                not_there.add(number)
        if killer.ident:
            killer.join()
    stored = set(sql(client, "SELECT id FROM ledger")["id"].to_pylist())
    assert there - stored == set() and not_there & stored == set()
    assert len(there) > 100


def test_a_transaction_that_the_engine_took_with_it_says_so(server):
    import adbc_driver_flightsql.dbapi as dbapi

    with dbapi.connect(server.uri, autocommit=False) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE OR REPLACE TABLE lost (id BIGINT)")
        kill_engines(server)
        with pytest.raises(Exception, match="rolled back"):
            cursor.execute("INSERT INTO lost VALUES (1)")
        connection.rollback()
        cursor.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'lost'")
        assert cursor.fetchall() == [(0,)]


def shared():
    """What servers have in shared memory; those of other tests run, too."""
    folder = pathlib.Path("/dev/shm")
    return set(folder.glob("mallard-*")) if folder.is_dir() else set()


def test_nothing_is_left_of_a_server_that_was_killed(tmp_path):
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    os.environ["TMPDIR"] = str(temporary)
    before = shared()
    try:
        with serving(tmp_path / "data") as running:
            client = running.connect()
            put(client, "small", pa.table({"n": [1]}))
            pids = in_use(running.process.pid, client)
            assert pids
            running.process.kill()
            running.process.wait()
            until("the engine has ended", lambda: not any(pathlib.Path(f"/proc/{pid}").exists() for pid in pids))
        with serving(tmp_path / "data") as running:
            client = running.connect()
            assert sql(client, "SELECT n FROM small").to_pydict() == {"n": [1]}
            running.stop()
        left = [path for path in temporary.rglob("*") if re.search("mallard|duckdb|jna", path.name)]
        assert left == [] and shared() <= before
    finally:
        del os.environ["TMPDIR"]
