"""Servers as child processes: started, waited for, looked into and stopped."""

import ctypes
import os
import pathlib
import re
import signal
import subprocess
import sys
import time


PR_SET_PDEATHSIG = 1
CPUCLOCK_SCHED = 2  # see clock_getcpuclockid(3), which Python does not have for other processes
LIBC = ctypes.CDLL(None)


class Server:
    """A child that prints one line with its port when it is ready. Its other output goes to a log file."""

    def __init__(self, name, command, logs, env=None, limits=None):
        logs.mkdir(parents=True, exist_ok=True)
        self.name = name
        self.log = logs / f"{name}.log"
        started = time.perf_counter()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [str(part) for part in command],
                stdout=subprocess.PIPE,
                stderr=log,
                env={**os.environ, **(env or {})},
                preexec_fn=lambda: prepare(limits),
                text=True,
            )
        self.ready_line = self.process.stdout.readline().strip()
        self.seconds_to_ready = time.perf_counter() - started
        port = re.search(r"listening on (grpc(?:\+tls)?://)?(?:[^ :]+:)?(\d+)", self.ready_line)
        if not port:
            self.stop()
            raise RuntimeError(f"{name} did not start: '{self.ready_line}'; see {self.log}")
        self.scheme, self.port = port.group(1) or "grpc://", int(port.group(2))

    @property
    def location(self):
        return f"{self.scheme}127.0.0.1:{self.port}"

    @property
    def encrypted(self):
        return self.scheme == "grpc+tls://"

    @property
    def pid(self):
        return self.process.pid

    def status(self, *keys):
        """Figures from /proc/PID/status, in bytes."""
        return read_status(self.pid, *keys)

    def cpu_seconds(self):
        return cpu_seconds(self.pid)

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(40)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.stop()


def prepare(limits):
    """In the child: it ends when the benchmark does, however that ends."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if limits:
        limits()


def read_status(pid, *keys):
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    values = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
    return [int(values[key].split()[0]) * 1024 for key in keys]


def cpu_seconds(pid):
    """Of a running process, its ended threads included: by its clock, since /proc/PID/stat counts hundredths of a second."""
    return time.clock_gettime((~pid << 3) | CPUCLOCK_SCHED)


def mallard(root, folder, logs, *options, name="mallard", env=None, limits=None):
    """`./mallard serve`, as a user starts it. The launcher execs Java, so the child's id is the server's."""
    command = [root / "mallard", "serve", folder, "--port", "0", *options]
    return Server(name, command, logs, env, limits)


def peer(kind, folder, logs, fsync=False, tls=()):
    """tls: files of its certificate and key."""
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "mallardbench.peers", kind, folder] + (["--fsync"] if fsync else []) + (["--tls", *tls] if tls else [])
    return Server(f"peer-{kind}{'-fsync' if fsync else ''}{'-tls' if tls else ''}", command, logs)


def build(root):
    """The launcher builds what is missing; that must not be measured."""
    done = subprocess.run([str(root / "mallard"), "--version"], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"benchmark: {root}/mallard does not run: {done.stderr.strip()}")
    return done.stdout.strip()
