"""One dataset read by several processes at once, each an endpoint of its own."""

import contextlib
import time

import pyarrow.flight as flight

from mallardbench import reader
from mallardbench.parts.reading import expect
from mallardbench.rounds import Result, Side, measure
from mallardbench.rows import Measurement, at_least, compared, facts


def endpoints(bench):
    """Beside one stream of Mallard's, and beside as many slices of pyarrow's."""
    for name in bench.chosen("mixed", "integers"):
        dataset, title = bench.dataset(name), f"endpoints, {name}"
        counts, repeats = (1, 2, 4), bench.repeats(dataset)
        with contextlib.ExitStack() as stack:
            readers = {
                kind: [stack.enter_context(reader.Reader(bench.server(kind)[0].location)) for _ in range(counts[-1])]
                for kind in ("mallard", "memory")
            }

            def side(label, kind, tickets):
                run = lambda: together(label, readers[kind], tickets, dataset, repeats)
                return Side(label, run, bytes=repeats * dataset.arrow_bytes, warm_bytes=bench.warm_bytes // 4, server=bench.server(kind)[0])

            sides = measure(
                title,
                [
                    side("Mallard, one stream", "mallard", [dataset.feather.name.encode()]),
                    *(side(f"Mallard, {count}", "mallard", planned(bench, dataset, count)) for count in counts[1:]),
                    *(side(f"pyarrow, {count}", "memory", sliced(dataset, count)) for count in counts),
                ],
                bench.rounds,
            )
        rows = [
            compared(f"{count} endpoints at once", name, sides[f"Mallard, {count}"], sides["Mallard, one stream"], at_least(0.9) if count == 4 else None)
            for count in counts[1:]
        ]
        rows += [
            compared(f"{count} at once, beside slices", name, sides["Mallard, one stream" if count == 1 else f"Mallard, {count}"], sides[f"pyarrow, {count}"])
            for count in counts
        ]
        yield Measurement(title, facts(sides), rows)


def planned(bench, dataset, count):
    """The tickets of that many endpoints."""
    options = flight.FlightCallOptions(headers=[(b"mallard-endpoints", str(count).encode())])
    descriptor = flight.FlightDescriptor.for_path(dataset.feather.name)
    found = bench.server("mallard")[1].get_flight_info(descriptor, options).endpoints
    if len(found) != count:
        raise RuntimeError(f"{dataset.name}: {len(found)} endpoints (expected: {count}); too few batches, use --rows")
    return [endpoint.ticket.ticket for endpoint in found]


def sliced(dataset, count):
    return [f"{dataset.feather.name}|{number}|{count}".encode() for number in range(count)]


def together(what, readers, tickets, dataset, repeats):
    working = readers[: len(tickets)]
    started = time.perf_counter()
    for process, ticket in zip(working, tickets):
        process.start(ticket, repeats)
    rows = sum(process.rows() for process in working)
    seconds = time.perf_counter() - started
    expect(what, rows, repeats * dataset.rows)
    return Result(seconds)
