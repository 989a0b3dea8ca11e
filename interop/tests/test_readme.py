"""README's tour: its commands and its Python, in their order, in a fresh clone. And what else it says."""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess

import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest

from conftest import ROOT, put, serving
from test_seed_clients import demo_table

README = (ROOT / "README.md").read_text()


def steps():
    """The commands and Python blocks from top to bottom."""
    for found in re.finditer(r"```python\n(.*?)```|^    ((?:\./|echo |MALLARD_)[^\n]*)$", README, re.S | re.M):
        yield ("python", found.group(1)) if found.group(1) else ("shell", found.group(2))


@pytest.fixture
def clone(tmp_path):
    """What a clone has: what is known to git, as it is here and now, and nothing that was built."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.run(listed, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, tmp_path / name)
    return tmp_path


@contextlib.contextmanager
def running(command, last_line, folder, environment):
    """A command that stays; its output up to the line that says that it is ready."""
    process = subprocess.Popen(command, shell=True, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        lines = []
        while not lines or last_line not in lines[-1]:
            lines.append(process.stdout.readline())
            assert lines[-1], f"{command} ended"
        yield "".join(lines)
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
        process.stdout.close()


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return str(found.getsockname()[1])


def test_the_tour_is_true_in_a_fresh_clone(clone, capsys):
    if not shutil.which("git"):
        pytest.skip("no git on this machine")
    port, shared_port = free_port(), free_port()
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MALLARD_")} | {"MALLARD_PORT": port}
    said = {}
    namespace = {}
    with contextlib.ExitStack() as stack, contextlib.ExitStack() as shared:
        for kind, text in steps():
            text = text.replace(":8817", f":{shared_port}").replace("--port 8817", f"--port {shared_port}")
            if kind == "python":
                exec(text.replace("localhost:8815", f"localhost:{port}"), namespace)
            elif text == "./mvnw verify":
                continue
            elif text == "./mallard demo":
                with running(f"exec {text}", "Ctrl-C", clone, environment) as output:
                    assert f":{port} (4 datasets in " in output
            elif text == "./mallard serve ./data":
                output = stack.enter_context(running(f"exec {text}", " listening on ", clone, environment))
                assert f":{port} (0 datasets in ./data)" in output
            elif text.startswith("MALLARD_USER="):
                output = shared.enter_context(running(f"exec env {text}", " listening on ", clone, environment))
                assert f"grpc+tls://0.0.0.0:{shared_port} (0 datasets in ./shared)" in output
            elif text.startswith("./mallard serve ./shared "):
                shared.close()
                for given, made in (("cert.pem", "certificate.pem"), ("key.pem", "key.pem")):
                    shutil.copy(clone / "shared/.mallard/tls" / made, clone / given)
                output = shared.enter_context(running(f"exec {text}", " listening on ", clone, environment))
                assert f"grpc+tls://0.0.0.0:{shared_port} (0 datasets in ./shared)" in output
                who = f"./mallard whoami --uri grpc+tls://bob@localhost:{shared_port} --password-file password.txt --tls-roots cert.pem"
                said["whoami bob"] = subprocess.run(who.split(), cwd=clone, env=environment, capture_output=True, text=True, check=True).stdout
                assert len((clone / "audit.jsonl").read_text().splitlines()) >= 2
            elif text.startswith("./mallard serve "):
                # Its port may be taken here.
                command = "exec " + re.sub(r"--port \d+", "--port 0", text)
                with running(command, " listening on ", clone, environment) as output:
                    assert "(1 dataset)" in output
            else:
                command = ["bash", "-o", "pipefail", "-c", text]
                done = subprocess.run(command, cwd=clone, env=environment, capture_output=True, text=True)
                assert done.returncode == 0, f"{text}: {done.stderr}"
                said[text] = done.stdout
        printed = capsys.readouterr().out
    assert "Mario" in printed and "n: [[3]]" in printed and "[(7,)]" in printed
    assert "│ A        │" in next(out for text, out in said.items() if "avg(value1)" in text)
    assert {row["name"] for row in json.loads(said["./mallard list --output-format json"])} >= {"sales", "sql_data.feather"}
    assert pq.read_table(clone / "sample_data.parquet").num_rows == 100_000
    assert feather.read_table(clone / "sql_data.feather").column_names == ["id", "is_active", "name", "metadata"]
    assert len(list((clone / "tpch").glob("*.parquet"))) == len(list((clone / "copies/tpch").glob("*.parquet"))) == 8
    assert feather.read_table(clone / "sales.feather").num_rows == 100_000
    assert pq.read_table(clone / "data/sales.parquet").equals(pq.read_table(clone / "active.parquet"))
    assert sorted(path.name for path in (clone / "data").glob("*.*")) == [".mallard", "sales.parquet", "sql_data.feather"]
    assert "ada" in next(out for text, out in said.items() if "ada@localhost" in text)
    assert "bob" in said["whoami bob"] and "read-only" in said["whoami bob"]
    (archive,) = (clone / "dist" / "target").glob("mallard-*.tar.gz")
    assert archive.name in README


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
        for name, format in (("large_table", "feather"), ("sales", "parquet")):
            command = [str(ROOT / "mallard"), "info", name, "--uri", running.uri, "--output-format", "json"]
            (info,) = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
            assert info["format"] == format and info["file_size"] > 0 and info["kind"] == "dataset"


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
