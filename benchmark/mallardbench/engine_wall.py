"""What a statement costs more with the engine in a process of its own."""

import statistics

import pyarrow.flight as flight

from mallardbench import data, processes
from mallardbench.engine_memory import percentile, timed
from mallardbench.engine_process import cpu_seconds, engines

SMALL = {"SELECT 1": "SELECT 1", "a point query": "SELECT * FROM mixed WHERE id = 4711"}
LARGE = {
    "all rows": "SELECT * FROM mixed WHERE id >= 0",
    "half of them": "SELECT * FROM mixed WHERE id % 2 = 0",
    "three columns": "SELECT id, price, active FROM mixed WHERE id >= 0",
}


def wall(options):
    dataset = data.generate("mixed", options.rows, options.work.parent / "data")
    servers = {}
    for mode in ("in-process", "process"):
        folder = options.work / mode
        folder.mkdir(parents=True)
        (folder / "mixed.parquet").hardlink_to(dataset.parquet)
        servers[mode] = processes.mallard(options.root, folder, options.logs, "--engine", mode, name=f"engine-{mode}")
    try:
        small(servers, options)
        large(servers, dataset, options)
    finally:
        for server in servers.values():
            server.stop()
    return []


def small(servers, options):
    print("\n| µs a call | in process | in a process of its own | difference | p99 |\n|---|---|---|---|---|")
    clients = {mode: flight.connect(server.location) for mode, server in servers.items()}
    for name, sql in SMALL.items():
        seconds = {mode: [] for mode in clients}
        for turn in range(-600, options.rounds * 150):
            for mode, client in clients.items():  # One by one, so that either is as warm as the other.
                took = timed(lambda: client.do_get(flight.Ticket(sql.encode())).read_all())
                if turn >= 0:
                    seconds[mode].append(took)
        before, behind = (statistics.median(values) * 1e6 for values in seconds.values())
        tails = " / ".join(f"{percentile(values, 0.99) * 1e6:.0f}" for values in seconds.values())
        print(f"| {name} | {before:.0f} | {behind:.0f} | {behind - before:+.0f} | {tails} |", flush=True)


def large(servers, dataset, options):
    print(f"\n| {dataset.rows:,} rows | s in process | s behind the wall | ratio | CPU s in process | behind (server + engine) |\n|---|---|---|---|---|---|")
    clients = {mode: flight.connect(server.location) for mode, server in servers.items()}
    for name, sql in LARGE.items():
        took, cpu = {mode: [] for mode in servers}, {mode: [] for mode in servers}
        for turn in range(-2, options.rounds):
            for mode, server in servers.items():
                before = used(server)
                seconds = timed(lambda: drain(clients[mode], sql))
                after = used(server)
                if turn >= 0:
                    took[mode].append(seconds)
                    cpu[mode].append([end - begin for end, begin in zip(after, before)])
        ratio = statistics.median(b / a for a, b in zip(took["in-process"], took["process"]))
        parts = [statistics.median(values) for values in zip(*cpu["process"])]
        print(
            f"| {name} | {statistics.median(took['in-process']):.3f} | {statistics.median(took['process']):.3f} | {ratio:.2f}"
            f" | {statistics.median(sum(values) for values in cpu['in-process']):.2f} | {sum(parts):.2f} ({' + '.join(f'{part:.2f}' for part in parts)}) |",
            flush=True,
        )


def used(server):
    return [server.cpu_seconds(), sum(cpu_seconds(pid) for pid in engines(server))]


def drain(client, sql):
    for _ in client.do_get(flight.Ticket(sql.encode())):
        pass
