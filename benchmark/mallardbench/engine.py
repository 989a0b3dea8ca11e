"""`benchmark/engine`: what statements can do to the server, and what its engine's process costs.

memory      hostile statements one by one, another client reading meanwhile: how far the engine passes its limit
stops       how long the engine works on after cancel, disconnect, deadline and CancelFlightInfo
neighbours  others' small queries while a statement runs away
kills       the engine is killed again and again while datasets and tables are read and written
wall        what a statement costs more with the engine in a process of its own
"""

import argparse
import pathlib
import shutil
import sys

from mallardbench import engine_kills, engine_memory, engine_wall, processes

HERE = pathlib.Path(__file__).resolve().parent.parent
PARTS = {
    "memory": engine_memory.memory,
    "stops": engine_memory.stops,
    "neighbours": engine_memory.neighbours,
    "kills": engine_kills.kills,
    "wall": engine_wall.wall,
}


def main():
    parser = argparse.ArgumentParser(
        prog="benchmark/engine", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--mallard", type=pathlib.Path, default=HERE.parent)
    parser.add_argument("--only", choices=PARTS, action="append", help="default: all")
    parser.add_argument("--limit-mb", type=int, default=1024, help="the engine's memory limit, MiB (default: 1024)")
    parser.add_argument("--deadline", type=float, default=8, help="of a hostile statement, in seconds (default: 8)")
    parser.add_argument("--minutes", type=float, default=2, help="how long the engine is killed (default: 2)")
    parser.add_argument("--every", type=float, default=2, help="seconds between two kills (default: 2)")
    parser.add_argument("--rows", type=int, default=5_000_000, help="of the table behind the wall (default: 5 M)")
    parser.add_argument("--rounds", type=int, default=7, help="behind the wall and before it, in turn (default: 7)")
    options = parser.parse_args()
    options.root = options.mallard.resolve()
    options.logs = HERE / "target/logs"
    print(processes.build(options.root))
    options.work = HERE / "target/work-engine"
    failures = []
    for part in options.only or PARTS:
        shutil.rmtree(options.work, ignore_errors=True)
        options.work.mkdir(parents=True)
        failures += PARTS[part](options)
    shutil.rmtree(options.work, ignore_errors=True)
    for failure in failures:
        print(f"FAILED: {failure}", file=sys.stderr)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
