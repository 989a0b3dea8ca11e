"""SQL that fills the disk: the statement fails, its space is back at once, and everybody else goes on."""

import os
import subprocess

import adbc_driver_flightsql.dbapi as dbapi
import pyarrow as pa
import pytest

from conftest import get, put, serving, until

BIG = "SELECT range AS a, random() AS r, random() AS b, random() AS c FROM range(50000000)"
MIB = 1 << 20


@pytest.fixture(scope="module")
def small_disk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("disk")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=200m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("only root may mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture(scope="module")
def server(small_disk):
    (small_disk / "data").mkdir()
    with serving(small_disk / "data", "--memory-limit", "100MiB", "--threads", "2") as running:
        yield running


@pytest.fixture
def db(server):
    with dbapi.connect(server.uri, autocommit=True) as connection:
        yield connection


def run(connection, sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else None


def free(folder):
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize


def fails(what, folder):
    with pytest.raises(dbapi.Error, match="(?i)disk") as error:
        what()
    assert "RESOURCE_EXHAUSTED" in str(error.value) or "ResourceExhausted" in str(error.value), error.value
    assert str(folder) not in str(error.value) and "tables.duckdb" not in str(error.value)


def goes_on(server, db, folder, room):
    """The space is back, and uploads and statements work, without a restart."""
    until("the space is back", lambda: free(folder) > room - 8 * MIB, seconds=5)
    rows = pa.table({"n": pa.array(range(100_000), pa.int64())})
    put(server.connect(), "uploaded", rows)
    assert get(server.connect(), "uploaded").num_rows == 100_000
    run(db, "CREATE OR REPLACE TABLE kept AS SELECT 42 AS x")
    assert run(db, "SELECT x, (SELECT count(*) FROM uploaded) FROM kept") == [(42, 100_000)]


def begin(server, db, folder):
    """A table of some rows, and the room that there is beside it."""
    goes_on(server, db, folder, 0)
    run(db, "CREATE OR REPLACE TABLE t AS SELECT 1::BIGINT AS a, random() AS r, random() AS b, random() AS c")
    return free(folder)


def test_create_table_as(server, db, small_disk):
    room = begin(server, db, small_disk)
    for _ in range(2):
        fails(lambda: run(db, "CREATE TABLE big AS " + BIG), small_disk)
        goes_on(server, db, small_disk, room)
    with pytest.raises(dbapi.Error, match="does not exist"):
        run(db, "FROM big")


def test_insert(server, db, small_disk):
    room = begin(server, db, small_disk)
    fails(lambda: run(db, "INSERT INTO t " + BIG), small_disk)
    goes_on(server, db, small_disk, room)
    assert run(db, "SELECT count(*) FROM t") == [(1,)]


def test_insert_in_a_transaction(server, db, small_disk):
    room = begin(server, db, small_disk)
    with dbapi.connect(server.uri) as manual:
        fails(lambda: run(manual, "INSERT INTO t " + BIG), small_disk)
        manual.rollback()
    goes_on(server, db, small_disk, room)
    assert run(db, "SELECT count(*) FROM t") == [(1,)]


def test_ingest(server, db, small_disk):
    begin(server, db, small_disk)
    with dbapi.connect(server.uri, autocommit=True) as other, other.cursor() as cursor:
        reader = pa.RecordBatchReader.from_batches(unique().schema, (unique() for _ in range(200)))
        fails(lambda: cursor.adbc_ingest("ingested", reader, mode="create"), small_disk)
    # Of what came before the end some may stay until the engine is started again; others still have room.
    goes_on(server, db, small_disk, 0)


def unique():
    return pa.record_batch({"a": pa.array([os.urandom(1000) for _ in range(2000)])})


def test_a_sort_that_needs_the_disk(server, db, small_disk):
    room = begin(server, db, small_disk)
    with pytest.raises(dbapi.Error, match="disk"):
        run(db, f"SELECT * FROM ({BIG}) ORDER BY b")
    goes_on(server, db, small_disk, room)


def test_a_result_that_is_kept(server, db, small_disk):
    room = begin(server, db, small_disk)
    header = "adbc.flight.sql.rpc.call_header.mallard-endpoints"
    with dbapi.connect(server.uri, db_kwargs={header: "4"}, autocommit=True) as parallel:
        with pytest.raises(dbapi.Error, match="disk|no room"):
            run(parallel, BIG)
    goes_on(server, db, small_disk, room)
