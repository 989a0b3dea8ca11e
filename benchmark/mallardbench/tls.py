"""`benchmark/tls`: get and put over TLS and in clear text, Mallard's beside those of pyarrow's own server, in turns.

Two rows for each table: over TLS, and the same in clear text. (Over TLS alone and beside all else: `benchmark/run --only tls`.)
"""

import argparse
import contextlib
import sys

from mallardbench import processes, run, traffic
from mallardbench.bench import HERE, Bench
from mallardbench.parts.reading import reading
from mallardbench.parts.tls import Encrypted
from mallardbench.report import Results
from mallardbench.rounds import Side, measure, say
from mallardbench.rows import Measurement, at_least, compared, facts


def options():
    parser = argparse.ArgumentParser(prog="benchmark/tls", description=__doc__)
    run.common(parser, rounds=7, warm_gb=2, json=HERE / "target/tls.json")
    parser.add_argument("--java-options", default="", help="for the JVM with TLS, as -Dio.netty.handler.ssl.noOpenSsl=true")
    return run.tried(parser.parse_args())


def measurements(bench):
    env = {"MALLARD_JAVA_OPTS": bench.options.java_options} if bench.options.java_options else None
    with contextlib.ExitStack() as stack:
        encrypted = Encrypted(bench, stack, env)
        running = {
            "pyarrow, TLS": encrypted.peer,
            "Mallard, TLS": encrypted.mallard,
            "pyarrow": bench.server("memory"),
            "Mallard": bench.server("mallard"),
        }
        for name in bench.tables:
            dataset = bench.dataset(name)
            file, repeats = dataset.feather.name, bench.repeats(dataset)
            warm = {"warm_bytes": bench.warm_bytes}
            yield rows("get", name, bench, [reading(label, pair, dataset, file, repeats, **warm) for label, pair in running.items()])
            batches = dataset.table().to_batches(max_chunksize=dataset.batch_rows)
            put = lambda client: traffic.put(client, "put.feather", batches[0].schema, batches)
            sides = [
                Side(label, lambda client=client: put(client), bytes=dataset.arrow_bytes, server=server, **warm)
                for label, (server, client) in running.items()
            ]
            yield rows("put", name, bench, sides)


def rows(what, table, bench, sides):
    measured = measure(f"{what}, {table}", sides, bench.rounds)
    pairs = [
        compared(f"{what}, TLS", table, measured["Mallard, TLS"], measured["pyarrow, TLS"], at_least(1.1) if what == "get" else None),
        compared(f"{what}, clear text", table, measured["Mallard"], measured["pyarrow"]),
    ]
    return Measurement(f"{what}, {table}", facts(measured), pairs)


def main():
    chosen = options()
    chosen.table = chosen.table or ["mixed"]
    results = Results(chosen.json, processes.build(chosen.mallard.resolve()), chosen)
    with contextlib.ExitStack() as stack:
        bench = Bench(chosen, stack)
        results.take(measurements(bench))
    bench.close()
    print(results.render())
    say(f"all figures: {chosen.json}")
    sys.exit(1 if results.missed and not chosen.quick else 0)


if __name__ == "__main__":
    main()
