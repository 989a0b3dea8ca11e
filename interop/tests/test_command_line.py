"""The command beside servers and readers that we did not write, and what it leaves when it is killed."""

import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import textwrap

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.flight as flight
import pyarrow.parquet as pq
import pytest

from conftest import ROOT, answers, serving, until

MALLARD = str(ROOT / "mallard")

# The cookbook's first recipe, whose drop_dataset answers.
RECIPE = """
    import pathlib, sys
    import pyarrow as pa, pyarrow.flight as flight, pyarrow.parquet as pq

    class Server(flight.FlightServerBase):
        def __init__(self, folder):
            super().__init__("grpc://127.0.0.1:0")
            self.folder = pathlib.Path(folder)

        def info(self, name):
            schema = pq.read_schema(self.folder / name)
            metadata = pq.read_metadata(self.folder / name)
            descriptor = flight.FlightDescriptor.for_path(name)
            endpoints = [flight.FlightEndpoint(name, [f"grpc://127.0.0.1:{self.port}"])]
            return flight.FlightInfo(schema, descriptor, endpoints, metadata.num_rows, metadata.serialized_size)

        def list_flights(self, context, criteria):
            for path in self.folder.iterdir():
                yield self.info(path.name)

        def get_flight_info(self, context, descriptor):
            return self.info(descriptor.path[0].decode())

        def do_put(self, context, descriptor, reader, writer):
            pq.write_table(reader.read_all(), self.folder / descriptor.path[0].decode())

        def do_get(self, context, ticket):
            return flight.RecordBatchStream(pq.read_table(self.folder / ticket.ticket.decode()))

        def do_action(self, context, action):
            (self.folder / action.body.to_pybytes().decode()).unlink()
            return []

    server = Server(sys.argv[1])
    print(server.port, flush=True)
    server.serve()
"""


def run(uri, *arguments, **more):
    environment = {**os.environ, "MALLARD_URI": uri}
    return subprocess.run([MALLARD, *map(str, arguments)], env=environment, capture_output=True, text=True, timeout=120, **more)


@pytest.fixture
def recipe(tmp_path):
    folder = tmp_path / "datasets"
    folder.mkdir()
    command = [sys.executable, "-c", textwrap.dedent(RECIPE), str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    port = process.stdout.readline().strip()
    yield f"grpc://127.0.0.1:{port}", folder
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_pyarrow_server_is_measured_and_left_clean(recipe):
    uri, folder = recipe
    done = run(uri, "bench", "get", "--datasets", 3, "--rows", 1000, "--clients", 2, "--output", "json")
    assert done.returncode == 0, done.stderr
    phases = {phase["phase"]: phase for phase in json.loads(done.stdout)["phases"]}
    assert list(phases) == ["list", "get"]
    assert phases["get"]["operations"] == 3 and phases["get"]["rows"] == 3000 and phases["get"]["errors"] == 0
    assert list(folder.iterdir()) == []


def test_a_pyarrow_server_is_used(recipe, tmp_path):
    uri, folder = recipe
    table = pa.table({"id": [1, 2, 3], "name": ["a", None, "c"]})
    pq.write_table(table, tmp_path / "in.parquet")
    assert run(uri, "put", tmp_path / "in.parquet", "x.parquet").returncode == 0
    assert "x.parquet" in run(uri, "list").stdout
    assert "id" in run(uri, "schema", "x.parquet").stdout
    assert run(uri, "get", "x.parquet", "-o", tmp_path / "out.parquet").returncode == 0
    assert pq.read_table(tmp_path / "out.parquet").equals(table)
    assert run(uri, "get", "x.parquet").stdout == "id,name\n1,a\n2,\n3,c\n"
    doctor = run(uri, "doctor")
    assert doctor.returncode == 0 and "version: not said" in doctor.stdout
    assert run(uri, "drop", "x.parquet").returncode == 0
    assert list(folder.iterdir()) == []
    # Its own words, without its stack trace.
    missing = run(uri, "get", "x.parquet")
    assert missing.returncode == 1 and missing.stderr.count("\n") == 1 and "x.parquet" in missing.stderr


def large(folder, rows=6_000_000):
    """A Feather file of some hundred megabytes, made by the command itself."""
    path = folder / "large.feather"
    subprocess.run([MALLARD, "generate", "--kind", "mixed", "-n", str(rows), "-o", path], check=True, capture_output=True)
    return path


def test_a_killed_download_is_resumed(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    source = large(data)
    target = tmp_path / "copy.feather"
    kept = tmp_path / ".copy.feather.resume"
    with serving(data) as server:
        for _ in range(10):
            environment = {**os.environ, "MALLARD_URI": server.uri}
            command = [MALLARD, "get", "large", "-o", str(target), "--resume"]
            process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
            until("a part is there", lambda: process.poll() is not None or (kept / "000001.feather").exists())
            process.send_signal(signal.SIGKILL)
            process.wait()
            if not target.exists():
                break
            target.unlink()  # It was faster than we.
        assert kept.exists()

        resumed = run(server.uri, "get", "large", "-o", target, "--resume")

        assert resumed.returncode == 0, resumed.stderr
        assert "resuming after " in resumed.stderr
        assert not kept.exists()
        expected = pa.ipc.open_file(pa.memory_map(str(source))).read_all()
        assert pa.ipc.open_file(pa.memory_map(str(target))).read_all().equals(expected)
        assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.feather", "data"]


@pytest.mark.parametrize("name", ["colors.parquet", "colors.feather"])
def test_dictionaries_survive_a_download_in_parts(tmp_path, name):
    """What --resume keeps it keeps in files of 64 MiB; dictionaries grow and change in between."""
    numbers = pa.array(range(2_000_000), pa.int64())
    parts = [
        pa.table({"n": numbers, "color": pa.DictionaryArray.from_arrays(pc.bit_wise_and(numbers, 1).cast(pa.int32()), names)})
        for names in ([f"color {9 - i}", f"color {8 - i}"] for i in range(8))
    ]
    (tmp_path / "data").mkdir()
    target = tmp_path / "copy.feather"
    with serving(tmp_path / "data") as server:
        with server.connect() as client:
            writer, _ = client.do_put(flight.FlightDescriptor.for_path(name), parts[0].schema)
            with writer:
                for part in parts:
                    writer.write_table(part)
        for _ in range(2):  # Parquet: decoded, then from its form.
            assert run(server.uri, "get", name, "-o", target, "--resume").returncode == 0
            copy = pa.ipc.open_file(pa.memory_map(str(target))).read_all()
            assert copy["color"].cast(pa.string()).equals(pa.concat_tables(parts)["color"].cast(pa.string()))
            target.unlink()


def test_control_c_frees_the_servers_engine(tmp_path):
    with serving(tmp_path, "--max-concurrent-queries", "1", "--max-queued-queries", "1") as server:
        endless = "SELECT count(*) FROM range(100000000000) a WHERE hash(a.range) = 1"
        environment = {**os.environ, "MALLARD_URI": server.uri}
        process = subprocess.Popen([MALLARD, "query", endless], env=environment, stderr=subprocess.PIPE, text=True)
        try:
            until("the query runs", lambda: not answers(server))
            process.send_signal(signal.SIGINT)
            assert process.wait(30) == 130
            assert "interrupted" in process.stderr.read()
            until("the query is over", lambda: answers(server))
        finally:
            process.kill()
            process.stderr.close()


@pytest.mark.parametrize("format", ["arrow", "feather", "parquet"])
def test_binary_goes_to_pipes_and_devices_as_it_comes(server, client, tmp_path, format):
    from conftest import put

    table = pa.table({"id": range(300_000), "name": [f"name {i % 7}" for i in range(300_000)]})
    put(client, "piped.feather", table, max_chunksize=50_000)
    environment = {**os.environ, "MALLARD_URI": server.uri}
    command = [MALLARD, "get", "piped.feather", "--output-format", format]
    piped = subprocess.run(command, env=environment, capture_output=True, timeout=60)
    assert piped.returncode == 0, piped.stderr
    assert read(piped.stdout, format).equals(table)

    os.mkfifo(tmp_path / "fifo")
    process = subprocess.Popen([*command, "-o", str(tmp_path / "fifo")], env=environment, stderr=subprocess.DEVNULL)
    assert read((tmp_path / "fifo").read_bytes(), format).equals(table)
    assert process.wait(30) == 0
    for device in ("/dev/null", "/dev/full"):
        done = run(server.uri, "get", "piped.feather", "-o", device, "--output-format", format)
        assert done.returncode == (0 if device == "/dev/null" else 1), done.stderr
    assert "No space left on device" in done.stderr


def test_standard_input_is_a_pipe_a_file_or_nothing(server, tmp_path):
    (tmp_path / "one.sql").write_text("SELECT 42 AS x")
    for source in ("echo 'SELECT 42 AS x' |", f"cat {tmp_path}/one.sql |", f"< {tmp_path}/one.sql"):
        for command in ("query --output-format csv -o -", "shell"):
            done = subprocess.run(["bash", "-c", f"{source} {MALLARD} {command} --uri {server.uri}"], capture_output=True, text=True)
            assert done.returncode == 0 and "42" in done.stdout, done.stderr
    done = run(server.uri, "query", stdin=subprocess.DEVNULL)
    assert done.returncode == 2 and "no SQL" in done.stderr
    done = subprocess.run(["bash", "-c", f"printf 'a\\n1\\n' | {MALLARD} put - from_a_pipe --uri {server.uri}"], capture_output=True)
    assert done.returncode == 0, done.stderr


def other_javas():
    """The JDKs of this machine that the launcher takes, 17 or later."""
    found = {}
    for release in pathlib.Path("/usr/lib/jvm").glob("*/release"):
        version = re.search(r'^JAVA_VERSION="(\d+)', release.read_text(), re.MULTILINE)
        if version and int(version.group(1)) >= 17:
            found[int(version.group(1))] = release.parent
    return [pytest.param(home, id=str(version)) for version, home in sorted(found.items())]


@pytest.mark.parametrize("home", other_javas())
def test_every_java_runs_it_and_says_nothing_of_itself(home, tmp_path):
    environment = {**os.environ, "MALLARD_JAVA_HOME": str(home)}
    subprocess.run([MALLARD, "--version"], env=environment, check=True, capture_output=True)  # makes its class archive
    demo = subprocess.run([MALLARD, "demo", "--once"], env=environment, capture_output=True, text=True, timeout=120)
    assert demo.returncode == 0, demo.stderr
    output = tmp_path / "x.parquet"
    made = subprocess.run([MALLARD, "generate", "-n", "1000", "-o", output], env=environment, capture_output=True, text=True)
    assert made.stdout == "" and made.stderr.count("\n") == 1 and "1,000 rows" in made.stderr
    assert pq.read_table(output).num_rows == 1000
    assert "WARNING" not in demo.stderr
    doctor = subprocess.run([MALLARD, "doctor", "--uri", "grpc://127.0.0.1:1"], env=environment, capture_output=True, text=True)
    assert re.search(r"^ok    java: Java \S+ \(MALLARD_JAVA_HOME\) of ", doctor.stdout, re.MULTILINE), doctor.stdout
    unknown = subprocess.run([MALLARD, "get", "x", "--uri", "grpc://127.0.0.1:1"], env=environment, capture_output=True, text=True)
    assert unknown.returncode == 1 and unknown.stderr.startswith("mallard get: ") and unknown.stderr.count("\n") == 1


def read(data, format):
    source = pa.py_buffer(data)
    if format == "parquet":
        return pq.read_table(source)
    return (pa.ipc.open_stream if format == "arrow" else pa.ipc.open_file)(source).read_all()
