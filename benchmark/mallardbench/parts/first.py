"""The first 500 MB that a server sends after its start, beside what it sends once it is warm: a new server each round."""

import time

import pyarrow.flight as flight

from mallardbench import processes
from mallardbench.rounds import Result, Side, measure
from mallardbench.rows import Measurement, alone, at_least, compared, facts

FIRST_BYTES = 500_000_000


def first_bytes(bench):
    for name in bench.chosen("mixed", "integers"):
        dataset, title = bench.dataset(name), f"after a start, {name}"
        folders = {kind: bench.folder(f"first-{kind}-{name}") for kind in ("mallard", "memory")}
        for folder in folders.values():
            (folder / dataset.feather.name).hardlink_to(dataset.feather)
        mallard = lambda: processes.mallard(bench.root, folders["mallard"], bench.logs, name="first")
        memory = lambda: processes.peer("memory", folders["memory"], bench.logs)
        warm = {"Mallard": Side("Mallard, warm", None), "pyarrow": Side("pyarrow, warm", None)}
        sides = measure(
            title,
            [
                Side("pyarrow in memory", lambda: life(bench, memory, dataset, warm["pyarrow"])),
                Side("Mallard", lambda: life(bench, mallard, dataset, warm["Mallard"])),
            ],
            bench.rounds,
            warm=False,
        )
        rows = [
            compared("first 500 MB after a start", name, sides["Mallard"], warm["Mallard"], at_least(0.8)),
            alone("first 500 MB after a start", name, sides["Mallard"], peer=sides["pyarrow in memory"]),
        ]
        yield Measurement(title, facts(sides) | facts({side.name: side for side in warm.values()}), rows)


def life(bench, start, dataset, warm):
    """Of one server. Gives its beginning; its warm rate goes to the other side."""
    with start() as server, flight.connect(server.location) as client:
        result = reads(server, client, dataset, FIRST_BYTES)
        reads(server, client, dataset, bench.warm_bytes)
        warm.results.append(reads(server, client, dataset, bench.read_bytes))
        return result


def reads(server, client, dataset, size):
    """Reads on until that much has come; what comes after that of the last read is not counted."""
    wanted = -(-size * dataset.rows // dataset.arrow_bytes)
    started, cpu, rows, result = time.perf_counter(), server.cpu_seconds(), 0, None
    while not result:
        for chunk in client.do_get(flight.Ticket(dataset.feather.name)):
            rows += chunk.data.num_rows
            if rows >= wanted and not result:
                counted = rows * dataset.arrow_bytes // dataset.rows
                result = Result(time.perf_counter() - started, bytes=counted, cpu=server.cpu_seconds() - cpu)
    return result
