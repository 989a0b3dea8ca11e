"""`benchmark/cold`: what others feel while a file is read that is larger than what of it is cached.

A file of --gb is written and put out of the page cache before each read. Meanwhile another connection makes small reads, one every
two milliseconds. Their 99th percentile is compared with that of an idle server, and with that beside a reader of a cached file, who takes
the same CPU but waits for no disk. The peer is a pyarrow server that reads Feather files batch by batch.
"""

import argparse
import contextlib
import ctypes
import itertools
import json
import mmap
import os
import pathlib
import shutil
import subprocess
import sys
import time

import pyarrow as pa

from mallardbench import data, processes
from mallardbench.bench import HERE, Bench
from mallardbench.reader import Reader
from mallardbench.report import Results
from mallardbench.rounds import Result, Side, measure, say
from mallardbench.rows import MILLISECONDS, RATE, Measurement, alone, at_most, compared, facts

PAUSE_SECONDS = 0.002
ROWS = 1_000_000  # of the table that is written again and again
CACHED_BYTES = 640_000_000
PAGE = mmap.PAGESIZE


class SmallReads:
    """A process that reads the tiny dataset until it is told to stop."""

    def __init__(self, server):
        command = [sys.executable, "-m", "mallardbench.http2", str(server.port), "tiny.feather", "paced", str(PAUSE_SECONDS)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def stop(self):
        found, _ = self.process.communicate("\n", timeout=30)
        if self.process.returncode:
            raise RuntimeError("the small reads failed")
        return json.loads(found)


class Cold:
    """One server on the files: the states in which its small reads are measured."""

    def __init__(self, label, server, files, options, stack):
        self.label, self.server, self.files, self.options = label, server, files, options
        self.reader = stack.enter_context(Reader(server.location))

    def sides(self):
        states = {"idle": self.idle, "beside a cached read": self.cached, "beside a cold read": self.cold}
        return [Side(f"{self.label}, {state}", run) for state, run in states.items()]

    def beside(self, work):
        reads = SmallReads(self.server)
        started, size = time.perf_counter(), work()
        seconds = time.perf_counter() - started
        found = reads.stop()
        more = {**found, "mb_per_s": size / seconds / 1e6}
        return Result(found["p99_ms"] / 1e3, calls=found["calls"], more=more)

    def idle(self):
        return self.beside(lambda: time.sleep(self.options.seconds) or 0)

    def cached(self):
        def work():
            end, size = time.monotonic() + self.options.seconds, 0
            while time.monotonic() < end:
                size += self.read("cached.feather")
            return size

        return self.beside(work)

    def cold(self):
        evict(self.files["large.feather"])
        return self.beside(lambda: self.read("large.feather"))

    def read(self, name):
        self.reader.start(name.encode(), 1)
        if not self.reader.rows():
            raise RuntimeError(f"{name}: no rows")
        return self.files[name].stat().st_size


def write(path, size):
    """A Feather file of about so many bytes."""
    say(f"{path.name}: writing {size / 1e9:g} GB")
    table = data.integers(ROWS)
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        for _ in range(max(1, round(size / table.nbytes))):
            writer.write_table(table, max_chunksize=data.PYARROW_BATCH_ROWS)


def evict(path, most=60):
    """Puts a file out of the page cache. Needs no rights but those to read it; what somebody has mapped stays, so it is tried again."""
    end = time.monotonic() + most
    while (share := evicted(path)) > 0.05:
        if time.monotonic() > end:
            raise RuntimeError(f"{path.name}: {share:.0%} is still cached after {most} s: somebody has it mapped")
        time.sleep(1)


def evicted(path):
    """What part of it is left."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        return resident(descriptor)
    finally:
        os.close(descriptor)


def resident(descriptor):
    """What part of a file is in the page cache."""
    libc = ctypes.CDLL(None, use_errno=True)
    with mmap.mmap(descriptor, 0, prot=mmap.PROT_READ | mmap.PROT_WRITE, flags=mmap.MAP_PRIVATE) as mapping:
        pages = (ctypes.c_ubyte * -(-len(mapping) // PAGE))()
        view = ctypes.c_char.from_buffer(mapping)
        failed = libc.mincore(ctypes.c_void_p(ctypes.addressof(view)), ctypes.c_size_t(len(mapping)), pages)
        del view
    if failed:
        raise OSError(ctypes.get_errno(), "mincore")
    return sum(bytes(pages)) / len(pages)


def measurements(bench, options):
    folders = {kind: bench.folder(f"cold-{kind}") for kind in ("mallard", "files")}
    files = {name: folders["mallard"] / name for name in ("large.feather", "cached.feather")}
    write(files["large.feather"], options.gb * 1e9)
    write(files["cached.feather"], min(CACHED_BYTES, options.gb * 1e9))
    for folder in folders.values():
        data.tiny(folder)
    for file in files.values():
        (folders["files"] / file.name).hardlink_to(file)
    with contextlib.ExitStack() as stack:
        mallard = stack.enter_context(processes.mallard(bench.root, folders["mallard"], bench.logs, name="cold"))
        peer = stack.enter_context(processes.peer("files", folders["files"], bench.logs))
        pair = [Cold("pyarrow, files", peer, files, options, stack), Cold("Mallard", mallard, files, options, stack)]
        sides = measure("cold reads", list(itertools.chain(*(each.sides() for each in pair))), options.rounds)
    yield Measurement("cold reads", facts(sides), rows(sides, f"{options.gb:g} GB"))


def rows(sides, table):
    ours, theirs = ({state: sides[f"{who}, {state}"] for state in ("idle", "beside a cached read", "beside a cold read")} for who in ("Mallard", "pyarrow, files"))
    p99 = lambda goal, one, other: compared("small reads beside a cold read, p99", table, one, other, goal, MILLISECONDS)
    cold = "beside a cold read"
    return [
        p99(at_most(2), ours[cold], ours["idle"]),
        p99(None, ours[cold], ours["beside a cached read"]),
        p99(None, ours[cold], theirs[cold]),
        compared("the same of pyarrow", table, theirs[cold], theirs["idle"], kind=MILLISECONDS),
        alone("rate of the cold read", table, rated(ours[cold]), kind=RATE, peer=rated(theirs[cold])),
    ]


def rated(side):
    """The same rounds by the rate of the large read."""
    results = [Result(1, bytes=int(result.more["mb_per_s"] * 1e6)) for result in side.results]
    return Side(side.name, side.run, results=results)


def arguments():
    parser = argparse.ArgumentParser(prog="benchmark/cold", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mallard", type=pathlib.Path, default=HERE.parent, help="root with the launcher (default: ..)")
    parser.add_argument("--gb", type=float, default=10, help="of the cold file (default: 10)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5, help="of small reads on the idle server (default: 5)")
    parser.add_argument("--json", type=pathlib.Path, default=HERE / "target/cold.json")
    return parser.parse_args()


def main():
    options = arguments()
    results = Results(options.json, processes.build(options.mallard.resolve()), options)
    with contextlib.ExitStack() as stack:
        bench = Bench(options, stack)
        free = shutil.disk_usage(bench.target).free
        if free < options.gb * 1.2e9:
            sys.exit(f"cold: {free / 1e9:.0f} GB free (expected: {options.gb * 1.2:.0f} or more); use --gb")
        results.take(measurements(bench, options))
    bench.close()
    print(results.render())
    say(f"all figures: {options.json}")
    sys.exit(1 if results.missed else 0)


if __name__ == "__main__":
    main()
