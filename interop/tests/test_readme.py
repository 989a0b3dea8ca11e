"""README's tour: its Python block and its commands, as they stand there."""

import os
import re
import shlex
import subprocess

import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest

from conftest import ROOT, put, serving
from test_seed_clients import demo_table

README = (ROOT / "README.md").read_text()


def test_the_python_block_runs(tmp_path, capsys):
    (block,) = re.findall(r"```python\n(.*?)```", README, re.S)
    with serving(tmp_path) as running:
        exec(block.replace("grpc://localhost:8815", running.uri), {})
    printed = capsys.readouterr().out
    assert "[b'characters'] 3 " in printed and "Mario" in printed


def commands(heading):
    section = README.split(f"### {heading}\n")[1].split("\n### ")[0]
    return [line.strip() for line in section.splitlines() if line.startswith("    ./mallard")]


def run_all(section, folder, uri):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MALLARD_")} | {"MALLARD_URI": uri}
    for command in commands(section):
        program, *rest = shlex.split(command.split(" | ")[0])
        done = subprocess.run(
            [str(ROOT / program), *rest], cwd=folder, capture_output=True, text=True, env=environment
        )
        assert done.returncode == 0, f"{command}: {done.stderr}"
        yield command, done


def test_the_command_line_works(tmp_path, tmp_path_factory):
    with serving(tmp_path_factory.mktemp("data")) as running:
        client = running.connect()
        sales = pa.table({"category": ["A", "B", "A"], "value1": [1.0, 2.0, 4.0], "active": [True, False, True]})
        put(client, "sales.feather", sales)
        said = dict(run_all("Use it from the command line", tmp_path, running.uri))
        mean = next(done.stdout for command, done in said.items() if "avg(value1)" in command)
        assert "│ A        │     2.5 │" in mean
        assert feather.read_table(tmp_path / "sales.feather").equals(sales)
        assert pq.read_table(tmp_path / "active.parquet").num_rows == 2
        assert [i.descriptor.path for i in client.list_flights()] == [[b"sales.feather"]]


def test_sample_data_is_made(tmp_path):
    list(run_all("Make sample data", tmp_path, "grpc://127.0.0.1:1"))
    assert pq.read_table(tmp_path / "sample_data.parquet").num_rows == 100_000
    assert feather.read_table(tmp_path / "sql_data.feather").column_names == ["id", "is_active", "name", "metadata"]
    assert len(list((tmp_path / "tpch").glob("*.parquet"))) == 8


def test_a_pipe_that_ends_early_is_no_error(tmp_path):
    with serving(tmp_path) as running:
        put(running.connect(), "sales.feather", demo_table(200_000))
        done = subprocess.run(
            f"{ROOT}/mallard get sales --uri {running.uri} | head -n 2", shell=True, capture_output=True, text=True
        )
        assert len(done.stdout.splitlines()) == 2 and done.stderr == ""


def test_single_files_are_served(tmp_path):
    table = demo_table(10)
    feather.write_feather(table, str(tmp_path / "sql_data.feather"))
    pq.write_table(table, tmp_path / "a.parquet")
    pq.write_table(table, tmp_path / "b.parquet")
    with serving(
        "--dataset", f"large_table={tmp_path}/sql_data.feather", "--dataset", f"sales={tmp_path}/*.parquet",
        "--parquet-path", f"{tmp_path}/a.parquet",
    ) as running:
        rows = {i.descriptor.path[0]: i.total_records for i in running.connect().list_flights()}
        assert rows == {b"dataset": 10, b"large_table": 10, b"sales": 20}


@pytest.mark.parametrize("arguments, exit_code, message", [
    (["get", "nothing"], 3, "no dataset 'nothing'"),
    (["drop", "../x"], 1, "begins with a dot"),
    (["put", "no-such-file.feather"], 3, "no file 'no-such-file.feather'"),
    (["explode"], 2, "Unmatched argument"),
])
def test_errors_are_one_line_and_an_exit_code(server, tmp_path, arguments, exit_code, message):
    port = [] if arguments == ["explode"] else ["--port", server.uri.rsplit(":", 1)[1]]
    done = subprocess.run([str(ROOT / "mallard"), *arguments, *port], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == exit_code, done.stderr
    assert message in done.stderr
    assert done.stdout == ""


def test_the_demo_says_what_to_type_next(tmp_path):
    process = subprocess.Popen([str(ROOT / "mallard"), "demo", "--port", "0"], stdout=subprocess.PIPE, text=True)
    try:
        lines = []
        while not lines or not lines[-1].startswith("Ctrl-C"):
            lines.append(process.stdout.readline())
            assert lines[-1], "the demo ended"
        text = "".join(lines)
        uri = re.search(r"grpc://127.0.0.1:\d+", text).group(0)
        python = [line.strip() for line in lines if line.startswith("  ") and "./mallard" not in line]
        exec("\n".join(python).replace("grpc://localhost", "grpc://127.0.0.1"), {})
        assert uri in text and "./mallard list --port" in text
    finally:
        process.terminate()
        assert process.wait(60) == 0
