"""ListFlights, beside a pyarrow server that has the very same FlightInfos ready."""

import json
import statistics

import pyarrow.flight as flight

from mallardbench import data, processes, traffic
from mallardbench.rounds import Result, Side, measure
from mallardbench.rows import MILLISECONDS, Measurement, alone, at_most, compared, facts


def listings(bench):
    yield from listing(bench, 100, 100, lambda *pair: alone(*pair[:3], at_most(2, "ms"), MILLISECONDS, pair[3]))
    yield from listing(bench, bench.options.many, 2, lambda *pair: compared(*pair, at_most(1.2), MILLISECONDS))


def listing(bench, count, calls, row):
    title = f"ListFlights, {count:,} datasets"
    folder, prepared = bench.folder(f"listing-{count}"), bench.folder(f"prepared-{count}")
    data.small_parquet_files(folder, count)
    with processes.mallard(bench.root, folder, bench.logs, name="listing") as mallard, flight.connect(mallard.location) as client:
        infos = [info.serialize().hex() for info in client.list_flights()]
        (prepared / "infos.json").write_text(json.dumps(infos))
        with processes.peer("prepared", prepared, bench.logs) as peer, flight.connect(peer.location) as other:
            side = lambda label, server, asked: Side(
                label, lambda: Result(median_listing(asked, count, calls)), calls=calls, warm_runs=5, server=server
            )
            sides = measure(title, [side("prepared FlightInfos", peer, other), side("Mallard", mallard, client)], bench.rounds)
    rows = [row("ListFlights", f"{count:,} datasets", sides["Mallard"], sides["prepared FlightInfos"])]
    yield Measurement(title, facts(sides), rows)


def median_listing(client, expected, calls):
    return statistics.median(listed(client, expected) for _ in range(calls))


def listed(client, expected):
    seconds, found = traffic.listing(client)
    if found != expected:
        raise RuntimeError(f"ListFlights: {found} datasets (expected: {expected})")
    return seconds
