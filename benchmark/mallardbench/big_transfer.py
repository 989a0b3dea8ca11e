"""`benchmark/big-transfer`: an upload and a download much larger than the memory that the server may have.

The server runs with -Xmx512m, -XX:MaxDirectMemorySize=512m and --memory 512MiB, and under RLIMIT_DATA (`ulimit -d`) of
2 GiB: the kernel refuses it any private writable memory beyond that, be it heap, direct memory, malloc, stacks or the
JVM's own. (Mapped files and the page cache are not in it.) The highest RssAnon seen is reported.
"""

import argparse
import pathlib
import resource
import shutil
import sys
import threading
import time

import pyarrow.compute as pc
import pyarrow.flight as flight

from mallardbench import data, processes
from mallardbench.rounds import say

HERE = pathlib.Path(__file__).resolve().parent.parent
JAVA_OPTIONS = "-Xmx512m -XX:MaxDirectMemorySize=512m"
LIMIT_BYTES = 2 << 30


def main():
    parser = argparse.ArgumentParser(prog="benchmark/big-transfer", description=__doc__)
    parser.add_argument("--mallard", type=pathlib.Path, default=HERE.parent)
    parser.add_argument("--gb", type=float, default=20.0, help="Arrow data in each upload (default: 20)")
    parser.add_argument("--format", choices=["feather", "parquet"], action="append", help="default: both")
    parser.add_argument("--batch-rows", type=int, default=65_536)
    options = parser.parse_args()
    root = options.mallard.resolve()
    print(processes.build(root))
    folder = HERE / "target/work-big"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    free = shutil.disk_usage(folder).free
    if free < options.gb * 2.2e9:
        sys.exit(f"big-transfer: {free / 1e9:.0f} GB free (expected: {options.gb * 2.2:.0f} or more); use --gb")
    batches = data.mixed(2_000_000).combine_chunks().to_batches(max_chunksize=options.batch_rows)
    try:
        for file_format in options.format or ["feather", "parquet"]:
            with start(root, folder) as server, Peak(server) as peak, flight.connect(server.location) as client:
                transfer(client, peak, f"big.{file_format}", batches, int(options.gb * 1e9))
                list(client.do_action(flight.Action("drop_dataset", f"big.{file_format}".encode())))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def start(root, folder):
    limit = lambda: resource.setrlimit(resource.RLIMIT_DATA, (LIMIT_BYTES, LIMIT_BYTES))
    return processes.mallard(
        root,
        folder,
        HERE / "target/logs",
        "--memory",
        "512MiB",
        "--keep-versions",
        "0",
        name="big-transfer",
        env={"MALLARD_JAVA_OPTS": JAVA_OPTIONS},
        limits=limit,
    )


def transfer(client, peak, name, batches, total):
    say(f"{name}: uploading {total / 1e9:g} GB")
    started = time.perf_counter()
    sent = rows = checksum = 0
    sums = [pc.sum(batch.column("id")).as_py() for batch in batches]
    writer, reader = client.do_put(flight.FlightDescriptor.for_path(name), batches[0].schema)
    with writer:
        while sent < total:
            for batch, batch_sum in zip(batches, sums):
                writer.write_batch(batch)
                sent += batch.nbytes
                rows += batch.num_rows
                checksum += batch_sum
        writer.done_writing()
        while reader.read() is not None:
            pass
    tell(f"{name}: uploaded", sent, started, peak)
    for attempt in ("downloaded", "downloaded again"):
        say(f"{name}: downloading")
        started = time.perf_counter()
        found_rows = found_checksum = 0
        for chunk in client.do_get(flight.Ticket(name)):
            found_rows += chunk.data.num_rows
            found_checksum += pc.sum(chunk.data.column("id")).as_py()
        if (found_rows, found_checksum) != (rows, checksum):
            raise RuntimeError(f"{name}: {found_rows} rows, sum {found_checksum} (expected: {rows}, {checksum})")
        tell(f"{name}: {attempt}", sent, started, peak)


def tell(what, size, started, peak):
    seconds = time.perf_counter() - started
    anonymous, committed = peak.take()
    print(
        f"{what} {size / 1e9:.1f} GB in {seconds:.0f} s ({size / seconds / 1e6:,.0f} MB/s);"
        f" highest RssAnon {anonymous / 1e6:,.0f} MB, VmData {committed / 1e6:,.0f} MB"
        f" (limit {LIMIT_BYTES / 1e6:,.0f} MB by RLIMIT_DATA, {JAVA_OPTIONS}, --memory 512MiB)",
        flush=True,
    )


class Peak:
    """The highest memory figures of a process, looked at ten times a second."""

    def __init__(self, server):
        self.server = server
        self.stopped = threading.Event()
        self.highest = (0, 0)
        self.thread = threading.Thread(target=self.watch, daemon=True)

    def watch(self):
        while not self.stopped.wait(0.1):
            try:
                self.highest = tuple(map(max, self.highest, self.server.status("RssAnon", "VmData")))
            except (FileNotFoundError, ProcessLookupError, KeyError):
                return  # It has ended.

    def take(self):
        """The highest since the last call."""
        taken, self.highest = self.highest, (0, 0)
        return taken

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *unused):
        self.stopped.set()
        self.thread.join()


if __name__ == "__main__":
    main()
