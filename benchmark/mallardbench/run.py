"""`benchmark/run`: all measurements that have goals, one table, one JSON file."""

import argparse
import contextlib
import pathlib
import sys

from mallardbench import data, parts, processes
from mallardbench.bench import HERE, Bench
from mallardbench.report import Results
from mallardbench.rounds import say


def common(parser, rounds=5, warm_gb=4.0, json=HERE / "target/results.json"):
    """The options of everything that measures whole tables."""
    parser.add_argument("--mallard", type=pathlib.Path, default=HERE.parent, help="root with the launcher (default: ..)")
    parser.add_argument("--table", action="append", choices=list(data.GENERATORS), help="this table only; may be repeated")
    parser.add_argument("--rows", type=int, default=5_000_000, help="of the mixed table; the others scale (default: 5 M)")
    parser.add_argument("--rounds", type=int, default=rounds, help=f"measured rounds after the warm-up (default: {rounds})")
    parser.add_argument("--warm-gb", type=float, default=warm_gb, help=f"Mallard's traffic before the first round (default: {warm_gb:g})")
    parser.add_argument("--read-gb", type=float, default=1.0, help="that a get reads in one round (default: 1)")
    parser.add_argument("--quick", action="store_true", help="small tables, 2 rounds, hardly a warm-up: only to try it")
    parser.add_argument("--json", type=pathlib.Path, default=json)


def tried(chosen):
    """What --quick says goes before the rest."""
    if chosen.quick:
        chosen.rows, chosen.rounds, chosen.warm_gb, chosen.read_gb = 400_000, 2, 0.05, 0.03
    return chosen


def options():
    parser = argparse.ArgumentParser(prog="benchmark/run", description=__doc__)
    common(parser)
    choices = list(parts.ALL)
    parser.add_argument("--only", action="append", choices=choices, help="this part only; may be repeated (default: all but start, cookbook)")
    parser.add_argument("--many", type=int, default=10_000, help="datasets in the large listing (default: 10,000)")
    parser.add_argument("--gets", type=int, default=2_000, help="small gets in a round (default: 2,000)")
    parser.add_argument("--load-seconds", type=float, default=4, help="of small gets over eight connections in a round (default: 4)")
    parser.add_argument("--soak-calls", type=int, default=100_000, help="mixed calls of the soak (default: 100,000)")
    parser.add_argument("--more", action="store_true", help="more peers: the whole-table recipe, fsync, uploads that are forgotten")
    chosen = tried(parser.parse_args())
    if chosen.quick:
        chosen.many, chosen.gets, chosen.load_seconds, chosen.soak_calls = 500, 200, 0.5, 400
    return chosen


def main():
    chosen = options()
    results = Results(chosen.json, processes.build(chosen.mallard.resolve()), chosen)
    with contextlib.ExitStack() as stack:
        bench = Bench(chosen, stack)
        for name in chosen.only or parts.DEFAULT:
            results.take_part(name, parts.ALL[name](bench))
    bench.close()
    print(results.render())
    say(f"all figures: {chosen.json}")
    sys.exit(0 if results.good or chosen.quick and not results.content["failed"] else 1)


if __name__ == "__main__":
    main()
