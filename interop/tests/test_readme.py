"""README's tour: its Python block and its commands, as they stand there."""

import re
import subprocess

import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest

from conftest import ROOT, put, serving
from test_seed_clients import demo_table

README = (ROOT / "README.md").read_text()


def test_the_python_blocks_run(tmp_path, capsys):
    datasets, sql = re.findall(r"```python\n(.*?)```", README, re.S)
    (drop,) = re.findall(r"`(list\(client.do_action.*?)`", README, re.S)
    namespace = {}
    with serving(tmp_path) as running:
        for block in (datasets, sql, drop):
            exec(block.replace("grpc://localhost:8815", running.uri), namespace)
        assert [i.descriptor.path for i in running.connect().list_flights()] == [[b"scores"]]
    printed = capsys.readouterr().out
    assert "[b'characters'] 3 " in printed and "Mario" in printed
    assert "n: [[3]]" in printed and "[(7,)]" in printed


def commands(heading):
    section = README.split(f"### {heading}\n")[1].split("\n### ")[0]
    return [line.strip() for line in section.splitlines() if line.startswith("    ./mallard")]


def test_the_command_line_works(tmp_path, tmp_path_factory):
    with serving(tmp_path_factory.mktemp("data")) as running:
        client = running.connect()
        put(client, "sales.feather", demo_table(100))
        port = running.uri.rsplit(":", 1)[1]
        for command in commands("Use it from the command line"):
            program, *rest = command.split(" | ")[0].split()
            done = subprocess.run(
                [str(ROOT / program), *rest, "--port", port], cwd=tmp_path, capture_output=True, text=True
            )
            assert done.returncode == 0, f"{command}: {done.stderr}"
        assert feather.read_table(tmp_path / "sales.feather").num_rows == 100
        assert [i.descriptor.path for i in client.list_flights()] == [[b"sales.feather"]]


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
    (["put", "no-such-file.feather"], 1, "no file 'no-such-file.feather'"),
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
