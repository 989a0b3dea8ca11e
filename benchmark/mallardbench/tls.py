"""`benchmark/tls`: get and put over TLS and in clear text, Mallard's beside those of pyarrow's own server, in turns.

The last column is the ratio of Mallard to pyarrow over TLS, divided by the same ratio in clear text: 1 means that
encryption costs both the same.
"""

import argparse
import contextlib
import pathlib
import shutil

import pyarrow.flight as flight

from mallardbench import data, processes, traffic
from mallardbench.rounds import Side, measure, say

HERE = pathlib.Path(__file__).resolve().parent.parent
TARGET = 0.9


def options():
    parser = argparse.ArgumentParser(prog="benchmark/tls", description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000_000, help="of the mixed table (default: 5 M)")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--warm-gb", type=float, default=2, help="traffic to each server before the first round (default: 2)")
    parser.add_argument("--java-options", default="", help="for Mallard's JVM, as -Dio.netty.handler.ssl.noOpenSsl=true")
    return parser.parse_args()


def servers(stack, root, dataset, chosen):
    """By name: the server and a client of it."""
    folder, logs = HERE / "target/tls", HERE / "target/logs"
    shutil.rmtree(folder, ignore_errors=True)
    folders = {name: folder / name for name in ("clear", "tls", "peer")}
    for place in folders.values():
        place.mkdir(parents=True)
        (place / dataset.feather.name).hardlink_to(dataset.feather)
    env = {"MALLARD_JAVA_OPTS": chosen.java_options} if chosen.java_options else None
    start = lambda *arguments, **more: stack.enter_context(processes.mallard(root, *arguments, env=env, **more))
    encrypted = start(folders["tls"], logs, "--tls-self-signed", name="mallard-tls")
    pair = [folders["tls"] / ".mallard/tls" / name for name in ("certificate.pem", "key.pem")]
    found = {
        "Mallard, TLS": encrypted,
        "Mallard": start(folders["clear"], logs, name="mallard-clear"),
        "pyarrow, TLS": stack.enter_context(processes.peer("memory", folders["peer"], logs, tls=pair)),
        "pyarrow": stack.enter_context(processes.peer("memory", folders["peer"], logs)),
    }
    roots = pair[0].read_bytes()
    connect = lambda server: flight.connect(server.location, tls_root_certs=roots) if server.encrypted else flight.connect(server.location)
    return {name: (server, stack.enter_context(connect(server))) for name, server in found.items()}


def compare(title, running, run, size, chosen):
    sides = measure(
        title,
        [Side(name, lambda client=client: run(client), bytes=size, warm_bytes=chosen.warm_gb * 1e9, server=server) for name, (server, client) in running.items()],
        chosen.rounds,
    )
    rates = {name: side.rate for name, side in sides.items()}
    clear, encrypted = rates["Mallard"] / rates["pyarrow"], rates["Mallard, TLS"] / rates["pyarrow, TLS"]
    cells = [title, *(f"{rates[name]:,.0f} MB/s" for name in ("Mallard", "pyarrow", "Mallard, TLS", "pyarrow, TLS"))]
    return [*cells, f"{clear:.2f}", f"{encrypted:.2f}", f"{encrypted / clear:.2f} (target: {TARGET})"]


def main():
    chosen = options()
    root = HERE.parent
    say(processes.build(root))
    dataset = data.generate("mixed", chosen.rows, HERE / "target/data")
    batches = dataset.table().to_batches(max_chunksize=dataset.batch_rows)
    with contextlib.ExitStack() as stack:
        running = servers(stack, root, dataset, chosen)
        get = lambda client: traffic.get(client, dataset.feather.name)[0]
        put = lambda client: traffic.put(client, "put.feather", batches[0].schema, batches)
        lines = [["what", "Mallard", "pyarrow", "Mallard, TLS", "pyarrow, TLS", "clear ratio", "TLS ratio", "TLS/clear"]]
        lines.append(compare("get", running, get, dataset.arrow_bytes, chosen))
        lines.append(compare("put", running, put, dataset.arrow_bytes, chosen))
    shutil.rmtree(HERE / "target/tls", ignore_errors=True)
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())


if __name__ == "__main__":
    main()
