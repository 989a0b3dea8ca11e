"""The machine, and who else uses it meanwhile."""

import os
import pathlib
import platform
import re
import time

TICKS = os.sysconf("SC_CLK_TCK")


def describe():
    cpu = re.search(r"model name\s*:\s*(.*)", pathlib.Path("/proc/cpuinfo").read_text())
    memory = int(re.search(r"MemTotal:\s*(\d+)", pathlib.Path("/proc/meminfo").read_text()).group(1)) / 1e6
    return (
        f"{os.cpu_count()} cores ({cpu.group(1) if cpu else platform.machine()}), {memory:.0f} GB memory, "
        f"Linux {platform.release()}, Python {platform.python_version()}"
    )


class ForeignCpu:
    """What part of all cores went to processes that are not ours: figures taken meanwhile are worth little."""

    def __init__(self):
        self.started = time.monotonic()
        self.busy, self.own = busy_seconds(), own_seconds()

    def share(self):
        elapsed = time.monotonic() - self.started
        foreign = (busy_seconds() - self.busy) - (own_seconds() - self.own)
        return max(0.0, foreign / elapsed / os.cpu_count())


def busy_seconds():
    user, nice, system, _, _, irq, softirq, steal = map(
        int, pathlib.Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]
    )
    return (user + nice + system + irq + softirq + steal) / TICKS


def own_seconds():
    """Of this process and all below it, the ended ones included."""
    parents, seconds = {}, {}
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue  # It has ended.
            parents[int(entry.name)] = int(fields[1])
            seconds[int(entry.name)] = sum(map(int, fields[11:15])) / TICKS
    total = 0.0
    for pid in seconds:
        ancestor = pid
        while ancestor not in (0, os.getpid()):
            ancestor = parents.get(ancestor, 0)
        if ancestor == os.getpid():
            total += seconds[pid]
    return total
