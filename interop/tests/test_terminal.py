"""The command on a terminal: tables that fit, a progress bar, the shell with its keys."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time

import pytest

from conftest import ROOT, answers, put, serving, until
from test_seed_clients import demo_table

MALLARD = str(ROOT / "mallard")
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>()][0-9A-Za-z]?")


class Terminal:
    """A process on a pseudo-terminal of 24 lines and a width of choice."""

    def __init__(self, arguments, columns=80, env=None, cwd=None):
        self.text = ""
        self.raw = ""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update({"TERM": "xterm", "LC_ALL": "C.UTF-8", "PAGER": "", **(env or {})})
            if cwd:
                os.chdir(cwd)
            # The width must be there before the process looks.
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
            os.execv(MALLARD, [MALLARD, *arguments])

    def read(self, seconds):
        ready, _, _ = select.select([self.fd], [], [], seconds)
        if not ready:
            return False
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            return False
        self.raw += data.decode("utf-8", "replace")
        self.text = ESCAPES.sub("", self.raw)
        return bool(data)

    def expect(self, wanted, seconds=40):
        end = time.monotonic() + seconds
        while not re.search(wanted, self.text):
            assert time.monotonic() < end, f"no {wanted!r} in:\n{self.text}"
            self.read(0.2)
        found = re.search(wanted, self.text)
        self.raw = self.text[found.end():]
        self.text = self.raw
        return found

    def send(self, keys):
        os.write(self.fd, keys.encode())

    def wait(self, seconds=60):
        """Reads to the end; the exit code."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.read(0.1)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                while self.read(0.1):
                    pass
                os.close(self.fd)
                return os.waitstatus_to_exitcode(status)
        os.kill(self.pid, signal.SIGKILL)
        raise AssertionError(f"it did not end:\n{self.text}")


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    one = ["--max-concurrent-queries", "1", "--max-queued-queries", "1"]
    with serving(tmp_path_factory.mktemp("data"), *one) as running:
        put(running.connect(), "sales.feather", demo_table(1000))
        yield running


@pytest.fixture(scope="module")
def data(running, tmp_path_factory):
    return {"MALLARD_URI": running.uri, "HOME": str(tmp_path_factory.mktemp("home"))}


def test_a_table_fits_the_terminal(data):
    sql = "SELECT range AS n, repeat('long ', 40) AS words FROM range(3)"
    for columns in (40, 100):
        terminal = Terminal(["query", sql], columns, data)
        assert terminal.wait() == 0
        lines = [line for line in terminal.text.splitlines() if line and line[:1] in "┌│├└"]
        assert len(lines) == 8
        assert {len(line) for line in lines} == {columns if columns == 40 else len(lines[0])}
        assert all(len(line) <= columns for line in lines)
        assert "…" in terminal.text


def test_a_wide_table_leaves_columns_out(data):
    sql = "SELECT " + ", ".join(f"{i} AS column_{i}" for i in range(30))
    terminal = Terminal(["query", sql], 60, data)
    assert terminal.wait() == 0
    lines = [line for line in terminal.text.splitlines() if line and line[:1] in "┌│├└"]
    assert all(len(line) <= 60 for line in lines)
    assert "column_0" in terminal.text and "…" in terminal.text and "column_29" in terminal.text


def test_binary_is_not_for_a_terminal(data):
    terminal = Terminal(["get", "sales", "--output-format", "parquet"], 80, data)
    assert terminal.wait() == 2
    assert "not for a terminal" in terminal.text


def test_a_transfer_draws_its_progress(data, tmp_path):
    terminal = Terminal(["generate", "-n", "3000000", "-o", str(tmp_path / "x.csv")], 70, data)
    assert terminal.wait() == 0
    assert re.search(r"\rgenerate sample +[\d.]+ MB +[\d.]+ MB/s", ESCAPES.sub("", terminal.raw))
    assert "3,000,000 rows" in terminal.text


def test_a_query_into_a_file_draws_its_progress(data, tmp_path):
    sql = "SELECT range AS n, repeat('x', 100) AS words FROM range(3000000)"
    terminal = Terminal(["query", sql, "-o", str(tmp_path / "x.csv")], 70, data)
    assert terminal.wait() == 0
    assert re.search(r"\rquery +[\d.]+ MB +[\d.]+ MB/s", ESCAPES.sub("", terminal.raw))
    assert re.search(r"3,000,000 rows in .*x\.csv \([\d.]+ MB\) in ", terminal.text.replace("\r\n", ""))


def test_what_a_glob_would_drop_is_asked_for(data):
    for name in ("tmp/a", "tmp/b"):
        assert Terminal(["query", "SELECT 1 AS x", "-o", "x.parquet"], 80, data, data["HOME"]).wait() == 0
        assert Terminal(["put", "x.parquet", name], 80, data, data["HOME"]).wait() == 0
    asked = Terminal(["drop", "tmp/*"], 80, data)
    asked.expect(r"tmp/a\r\n +tmp/b\r\ndrop 2 datasets\? \[y/N\] ")
    asked.send("n\r")
    assert asked.wait() == 1 and "nothing was dropped" in asked.text
    interrupted = Terminal(["drop", "tmp/*"], 80, data)
    interrupted.expect(r"\[y/N\] ")
    interrupted.send("\x03")
    assert interrupted.wait() == 130
    ended = Terminal(["drop", "tmp/*"], 80, data)
    ended.expect(r"\[y/N\] ")
    ended.send("\x04")
    assert ended.wait() == 1
    meant = Terminal(["drop", "tmp/*"], 80, data)
    meant.expect(r"\[y/N\] ")
    meant.send("y\r")
    assert meant.wait() == 0
    assert meant.text.count("dropped tmp/") == 2


def test_control_c_ends_a_transfer_and_leaves_no_file(data, tmp_path):
    terminal = Terminal(["generate", "-n", "2000000000", "-o", str(tmp_path / "x.parquet")], 80, data)
    terminal.expect("MB/s")
    terminal.send("\x03")
    assert terminal.wait() == 130
    assert "interrupted" in terminal.text
    assert list(tmp_path.iterdir()) == []


def test_control_c_cancels_a_query(running, data):
    terminal = Terminal(["query", "SELECT count(*) FROM range(100000000000) a WHERE hash(a.range) = 1"], 80, data)
    until("the query runs", lambda: not answers(running))
    terminal.send("\x03")
    assert terminal.wait(20) == 130
    assert "interrupted" in terminal.text


def test_the_shell(running, data):
    shell = Terminal(["shell"], 80, data)
    shell.expect("mallard> ")
    # Over several lines.
    shell.send("SELECT 40 + 2\r")
    shell.expect(r"\.\.\.> ")
    shell.send("AS answer;\r")
    shell.expect(r"│ +42 │")
    shell.expect("1 row in ")
    # Completion of commands, keywords, datasets and columns.
    shell.send(".sch\t")
    shell.expect(r"\.schema ")
    shell.send("sal\t\r")
    shell.expect("is_active +bool")
    shell.expect("mallard> ")
    shell.send("sel\t* fro\t")
    shell.expect(r"select \* from ")
    shell.send("sales limit 2;\r")
    shell.expect("2 rows in ")
    # An error leaves the shell open.
    shell.send("SELECT nothing;\r")
    shell.expect("nothing")
    shell.expect("mallard> ")
    # History.
    shell.send("\x10")
    shell.expect("SELECT nothing;")
    # Ctrl-C while typing throws the line away; while a query runs it cancels the query.
    shell.send("\x03")
    shell.expect("mallard> ")
    shell.send("SELECT count(*) FROM range(100000000000) a WHERE hash(a.range) = 1;\r")
    until("the query runs", lambda: not answers(running))
    shell.send("\x03")
    shell.expect("mallard> ", 20)
    shell.send(".format csv\r")
    shell.expect("format is csv")
    shell.send(".quit\r")
    assert shell.wait() == 0
    # The history is there the next time.
    again = Terminal(["shell"], 80, data)
    again.expect("mallard> ")
    again.send("\x10\x10")
    again.expect("format csv")
    again.send("\x03")
    again.send("\x04")
    assert again.wait() == 0


def test_the_shell_knows_what_its_users_type(data):
    shell = Terminal(["shell"], 80, data)
    shell.expect("mallard> ")
    for typed, shown in [
        ("\\dt", r"sales.feather +1,000 "),
        ("\\d sales", r"is_active +bool"),
        (".tables sal*", r"sales.feather +1,000 "),
        (".tabels", r"did you mean \.tables\?"),
        ("\\tming", r"did you mean \\timing\?"),
        ("\\l", r"SHOW DATABASES"),
        ("-- nothing", r"mallard> "),
        ("CREATE OR REPLACE TABLE made AS SELECT 1 AS x;", r"done.* in \d"),
        ("INSERT INTO made VALUES (2), (3);", r"done, 2 rows changed in \d"),
        ("\\timing", r"timing is off"),
        ("FROM made;", r"│ +3 │"),
        ("DROP TABLE made;", r"done\r?\n"),
        (".mode parquet", r"parquet is for files"),
        ("help", r"\.once FILE"),
    ]:
        shell.send(typed + "\r")
        found = shell.expect(shown)
        assert "Count" not in found.string and "...>" not in found.string
    # Completion.
    shell.send("\\ti\t")
    shell.expect(r"\\timing ")
    shell.send("\r")
    shell.expect("timing is on")
    shell.send(".mode js\t\t")
    shell.expect("jsonl")
    shell.send("\x03")
    shell.expect("mallard> ")
    shell.send("\\q\r")
    assert shell.wait() == 0


def test_what_is_too_large_for_the_screen_goes_to_the_pager(data):
    shell = Terminal(["shell"], 80, {**data, "PAGER": "sed s/^/paged:/"})
    shell.expect("mallard> ")
    shell.send("SELECT range AS n FROM range(3);\r")
    assert "paged:" not in shell.expect(r"3 rows in ").string[: shell.text.find("3 rows in ")]
    shell.send("SELECT " + ", ".join(f"repeat('x', 30) AS c{i}" for i in range(5)) + " FROM range(3);\r")
    shell.expect(r"paged:┌─+┬─+┬─+┬─+┬─+┐")
    shell.expect(r"3 rows in ")
    shell.send("SELECT range AS n FROM range(30);\r")
    shell.expect(r"paged:│ +29 │")
    shell.send(".quit\r")
    assert shell.wait() == 0


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("guarded"), "--user", "ada:qu4ck") as running:
        yield running


def uri(server):
    return server.uri.replace("//", "//ada@")


def test_a_password_is_asked_for_and_not_seen(guarded):
    terminal = Terminal(["whoami", "--uri", uri(guarded)])
    terminal.expect("password of 'ada': ")
    assert not termios.tcgetattr(terminal.fd)[3] & termios.ECHO
    terminal.send("qu4ck\n")
    terminal.expect(r"name: +ada\s")
    assert "qu4ck" not in terminal.text
    assert terminal.wait() == 0


def test_a_wrong_password_is_refused_and_not_seen(guarded):
    terminal = Terminal(["list", "--uri", uri(guarded)])
    terminal.expect("password of 'ada': ")
    terminal.send("gu3ss\n")
    terminal.expect("sign-in refused by grpc://")
    assert "gu3ss" not in terminal.text
    assert terminal.wait() == 4


def test_ctrl_c_at_the_password_leaves_the_terminal_as_it_was(guarded):
    terminal = Terminal(["list", "--uri", uri(guarded)])
    terminal.expect("password of 'ada': ")
    terminal.send("\x03")
    terminal.expect("interrupted")
    assert terminal.wait() == 130


def test_the_shell_signs_in_as_every_command_does(guarded):
    terminal = Terminal(["shell", "--uri", uri(guarded)])
    terminal.expect("password of 'ada': ")
    terminal.send("qu4ck\n")
    terminal.expect("mallard> ")
    terminal.send("SELECT 6 * 7 AS x;\n")
    terminal.expect("42")
    terminal.send(".quit\n")
    assert terminal.wait() == 0
