"""The engine's process of a server, as the kernel shows it."""

import os
import pathlib
import threading
import time

MAIN = "dev.mallard.engine.child.EngineMain"


def engines(server):
    """Process ids of a server's engines, the spare one included, in the order in which they were started."""
    task = pathlib.Path(f"/proc/{server.pid}/task")
    found = []
    for children in task.glob("*/children"):
        try:
            found += [int(pid) for pid in children.read_text().split()]
        except OSError:
            continue
    return sorted(pid for pid in found if MAIN in command(pid))


def command(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def resident(pid):
    """Bytes of its own memory: no mapped files, no shared segments."""
    try:
        for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def cpu_seconds(pid):
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    except OSError:
        return 0.0


class Peak:
    """The most that any one engine of a server had, looked at every few milliseconds. In process: the server's."""

    def __init__(self, server):
        self.server = server
        self.bytes = 0
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self.watch, daemon=True)

    def watch(self):
        pids, looked = [], 0.0
        while not self.stopped.wait(0.005):
            if time.monotonic() - looked > 0.1:
                pids, looked = engines(self.server) or [self.server.pid], time.monotonic()
            self.bytes = max([self.bytes, *map(resident, pids)])

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *unused):
        self.stopped.set()
        self.thread.join()


def seconds_until_idle(server, most=40):
    """Until the engines that are there have used next to no CPU for a while; what has ended is idle."""
    started = time.monotonic()
    last_busy = started
    before = used(server)
    while time.monotonic() - last_busy < 0.5 and time.monotonic() - started < most:
        at = time.monotonic()
        time.sleep(0.1)
        now = used(server)
        share = sum(seconds - before[pid] for pid, seconds in now.items() if pid in before)
        if share > 0.3 * (time.monotonic() - at):
            last_busy = time.monotonic()
        before = now
    return last_busy - started


def used(server):
    return {pid: cpu_seconds(pid) for pid in engines(server) or [server.pid]}
