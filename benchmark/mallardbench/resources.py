"""What a server holds of the machine: its own process, and those of its engine."""

import dataclasses
import os
import pathlib
import re
import subprocess
import time

from mallardbench import processes
from mallardbench.engine_process import engines


@dataclasses.dataclass(frozen=True)
class Held:
    """By one process, or by several together."""

    anonymous: int = 0  # bytes
    resident: int = 0
    mappings: int = 0
    files: int = 0
    threads: int = 0

    def __add__(self, other):
        return Held(*(a + b for a, b in zip(dataclasses.astuple(self), dataclasses.astuple(other))))


def held(pid):
    """Of a process that ends meanwhile, nothing."""
    try:
        anonymous, resident = processes.read_status(pid, "RssAnon", "VmRSS")
        mappings = pathlib.Path(f"/proc/{pid}/maps").read_text().count("\n")
        return Held(anonymous, resident, mappings, len(os.listdir(f"/proc/{pid}/fd")), len(os.listdir(f"/proc/{pid}/task")))
    except (OSError, KeyError):
        return Held()


def of_engine(server):
    return sum(map(held, engines(server)), Held())


def at_rest(server, most=30):
    """The server's and its engine's, once they have not changed for a while but for memory; the server keeps mappings for ten seconds."""
    counts = lambda both: [(each.mappings, each.files, each.threads) for each in both]
    last, since, end = None, time.monotonic(), time.monotonic() + most
    while True:
        now = held(server.pid), of_engine(server)
        if last is None or counts(now) != counts(last):
            last, since = now, time.monotonic()
        if time.monotonic() - since > 14 or time.monotonic() > end:
            return now
        time.sleep(0.25)


def live_heap(server):
    """Bytes in the Java heap after a full collection."""
    jcmd(server.pid, "GC.run")
    info = jcmd(server.pid, "GC.heap_info")
    used = re.findall(r"(?:PSYoungGen|ParOldGen)\s.*used (\d+)K", info)
    if len(used) != 2:
        raise RuntimeError(f"not the heap of the parallel collector: {info}")
    return sum(map(int, used)) * 1024


def jcmd(pid, command):
    """By the JDK that runs it."""
    tool = pathlib.Path(os.readlink(f"/proc/{pid}/exe")).parent / "jcmd"
    return subprocess.run([str(tool), str(pid), command], capture_output=True, text=True, check=True).stdout


def mapped(pid, folder):
    """Mappings of files below a folder, deleted ones included."""
    return [line for line in pathlib.Path(f"/proc/{pid}/maps").read_text().splitlines() if str(folder) in line]


def opened(pid, folder):
    """Open files below a folder, deleted ones included."""
    found = []
    for descriptor in pathlib.Path(f"/proc/{pid}/fd").iterdir():
        try:
            target = os.readlink(descriptor)
        except OSError:
            continue  # It was closed meanwhile.
        if str(folder) in target:
            found.append(target)
    return found


def files(folder):
    return [path for path in folder.rglob("*") if path.is_file()] if folder.exists() else []
