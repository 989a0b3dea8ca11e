"""The snippets of docs/, as they stand there: a document's blocks run one after the other, in one namespace."""

import os
import re
import shutil
import subprocess

import pyarrow as pa
import pytest

from conftest import ROOT, put, serving


def blocks(document, language="python"):
    return re.findall(rf"```{language}\n(.*?)```", (ROOT / "docs" / document).read_text(), re.S)


@pytest.fixture
def server(tmp_path):
    with serving(tmp_path) as running:
        put(running.connect(), "characters", pa.table({"Character": ["Mario", "Luigi", "Peach"]}))
        yield running


@pytest.mark.parametrize("document, least", [("sql.md", 4), ("clients.md", 5)])
def test_the_snippets_run_and_print_what_they_say(server, capsys, document, least):
    found = blocks(document)
    assert len(found) >= least
    namespace = {}
    for block in found:
        exec(block.replace("grpc://localhost:8815", server.uri), namespace)
        printed = capsys.readouterr().out
        for said in re.findall(r"^# (\{.*\}|[\d ]+)$", block, re.M):
            assert said in printed


def test_polars_cannot_read_by_uri(server):
    """docs/clients.md says so; if this fails, it can."""
    import polars as pl

    with pytest.raises(Exception, match="(?i)driver|grpc|scheme|module"):
        pl.read_database_uri("SELECT 1", server.uri, engine="adbc")


def test_gos_flight_sql_client(server, tmp_path_factory):
    if shutil.which("go") is None:
        pytest.skip("no Go on this machine")
    folder = ROOT / "interop" / "go"
    program = ROOT / "interop" / "target" / "go-interop"
    built = subprocess.run(["go", "build", "-o", program, "."], cwd=folder, capture_output=True, text=True,
                           env={**os.environ, "GOFLAGS": "-mod=readonly"}, timeout=600)
    if built.returncode != 0 and re.search(r"proxy|dial|lookup|403|no such host", built.stderr):
        pytest.skip("no Go registry is reached")
    assert built.returncode == 0, built.stderr
    done = subprocess.run([program, server.uri.removeprefix("grpc://")], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "count [3]" in done.stdout and "rows 3" in done.stdout
