"""`benchmark/stalled-readers`: what readers that stop reading cost the server in memory.

The Java heap is fixed and touched beforehand, so that the growth of the process's anonymous memory (RssAnon: everything
that is not a mapped file) is what Arrow, Netty, the C library and threads take. What stays in the heap is measured
apart, after a full collection. Both together must stay below the limit.
"""

import argparse
import contextlib
import os
import pathlib
import shutil
import sys
import time

import pyarrow.flight as flight

from mallardbench import data, processes, resources, traffic
from mallardbench.rounds import say

HERE = pathlib.Path(__file__).resolve().parent.parent
HEAP = "-Xms1g -Xmx1g -XX:+AlwaysPreTouch"
OWN_CONNECTION = [("grpc.use_local_subchannel_pool", 1)]


def main():
    parser = argparse.ArgumentParser(prog="benchmark/stalled-readers", description=__doc__)
    parser.add_argument("--mallard", type=pathlib.Path, default=HERE.parent)
    parser.add_argument("--readers", type=int, default=30)
    parser.add_argument("--gb", type=float, default=1.0, help="size of the dataset (default: 1)")
    parser.add_argument("--format", choices=["feather", "parquet"], action="append", help="default: both")
    parser.add_argument("--one-connection", action="store_true", help="all readers over the same connection")
    parser.add_argument("--seconds", type=float, default=10, help="how long they stall (default: 10)")
    parser.add_argument("--limit-mb", type=float, default=64)
    options = parser.parse_args()
    root = options.mallard.resolve()
    print(processes.build(root))
    dataset = data.generate("mixed", int(options.gb * 1e9 / 47), HERE / "target/data")
    grown = [stall(root, dataset, file_format, options) for file_format in options.format or ["feather", "parquet"]]
    if max(grown) >= options.limit_mb * 1e6:
        sys.exit(1)


def stall(root, dataset, file_format, options):
    folder = HERE / "target/work-stalled"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    file = getattr(dataset, file_format)
    (folder / file.name).hardlink_to(file)
    server = processes.mallard(
        root, folder, HERE / "target/logs", name=f"stalled-{file_format}", env={"MALLARD_JAVA_OPTS": HEAP}
    )
    with server, contextlib.ExitStack() as stack:
        connect = lambda: stack.enter_context(flight.connect(server.location, generic_options=OWN_CONNECTION))
        client = connect()
        say(f"{file.name}: warming up")
        for _ in range(6):
            expect(traffic.get(client, file.name)[1], dataset.rows)
        before = Memory(server)
        say(f"{file.name}: {options.readers} readers take two batches each and stop")
        streams = []
        for _ in range(options.readers):
            stream = (client if options.one_connection else connect()).do_get(flight.Ticket(file.name))
            taken = sum(stream.read_chunk().data.num_rows for _ in range(2))
            streams.append((stream, taken))
        time.sleep(options.seconds)
        during = Memory(server)
        say(f"{file.name}: one more reader, then the first of the stalled ones to its end")
        seconds, rows = traffic.get(connect(), file.name)
        expect(rows, dataset.rows)
        stream, taken = streams[0]
        expect(taken + sum(chunk.data.num_rows for chunk in stream), dataset.rows)
        for stream, _ in streams:
            stream.cancel()
        time.sleep(2)
        after = Memory(server)
    shutil.rmtree(folder)
    grown = during.anonymous - before.anonymous + max(0, during.heap - before.heap)
    print(
        f"{file.name}: {options.readers} stalled readers of {dataset.arrow_bytes / 1e9:.2f} GB"
        f"{' over one connection' if options.one_connection else ''}: server grew by {grown / 1e6:.1f} MB"
        f" (RssAnon {before.anonymous / 1e6:.1f} to {during.anonymous / 1e6:.1f},"
        f" live heap {before.heap / 1e6:.1f} to {during.heap / 1e6:.1f};"
        f" after they left {after.anonymous / 1e6:.1f} and {after.heap / 1e6:.1f});"
        f" limit {options.limit_mb:g} MB: {'kept' if grown < options.limit_mb * 1e6 else 'BROKEN'};"
        f" threads {before.threads} to {during.threads};"
        f" another reader meanwhile: {dataset.arrow_bytes / seconds / 1e6:,.0f} MB/s"
    )
    return grown


class Memory:
    """What the server holds now, in bytes; the heap after a full collection."""

    def __init__(self, server):
        self.heap = resources.live_heap(server)
        (self.anonymous,) = server.status("RssAnon")
        self.threads = len(os.listdir(f"/proc/{server.pid}/task"))


def expect(found, expected):
    if found != expected:
        raise RuntimeError(f"{found} rows (expected: {expected})")


if __name__ == "__main__":
    main()
