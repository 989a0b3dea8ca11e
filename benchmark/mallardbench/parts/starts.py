"""From `serve` to the ready line, and the first listings after it."""

import pyarrow.flight as flight

from mallardbench import data, processes
from mallardbench.parts.listing import listed
from mallardbench.rounds import Result, Side, say
from mallardbench.rows import SECONDS, Measurement, alone, at_most, facts


def starts(bench):
    for count, limit in ((100, 2), (bench.options.many, 5)):
        yield starting(bench, count, limit)


def starting(bench, count, limit):
    folder = bench.folder(f"startup-{count}")
    say(f"start: {count} datasets")
    data.small_parquet_files(folder, count)
    recipe = Side("whole recipe", None)
    # The recipe lists whatever is in its folder: it goes before Mallard puts its own folder there.
    with processes.peer("whole", folder, bench.logs) as server, flight.connect(server.location) as client:
        recipe.results += [Result(listed(client, count)) for _ in range(bench.rounds)]
    ready, first, second = (Side(name, None) for name in ("ready", "first listing", "second listing"))
    for _ in range(bench.rounds):
        with processes.mallard(bench.root, folder, bench.logs, name="start") as server:
            ready.results.append(Result(server.seconds_to_ready))
            with flight.connect(server.location) as client:
                first.results.append(Result(listed(client, count)))
                second.results.append(Result(listed(client, count)))
    table = f"{count:,} Parquet files"
    sides = {side.name: side for side in (ready, first, second, recipe)}
    for side in sides.values():
        say(side.line())
    rows = [
        alone("serve to ready", table, ready, at_most(limit, "s"), SECONDS),
        alone("first listing", table, first, kind=SECONDS, peer=recipe),
        alone("second listing", table, second, kind=SECONDS, peer=recipe),
    ]
    return Measurement(f"start, {count}", facts(sides), rows)
