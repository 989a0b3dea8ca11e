"""Whole datasets, read again and again."""

from mallardbench.parts.reading import FreshNames, reading, verify
from mallardbench.rounds import measure
from mallardbench.rows import COST, Measurement, at_least, at_most, compared, facts


def feather_gets(bench):
    """From a Feather file, beside tables that pyarrow holds in memory."""
    for name in bench.tables:
        dataset, title = bench.dataset(name), f"Feather get, {name}"
        mallard, memory = bench.server("mallard"), bench.server("memory")
        file, repeats = dataset.feather.name, bench.repeats(dataset)
        verify(mallard, dataset, file)
        sides = measure(
            title,
            [
                reading("pyarrow in memory", memory, dataset, file, repeats),
                reading("Mallard", mallard, dataset, file, repeats, warm_bytes=bench.warm_bytes),
            ],
            bench.rounds,
        )
        pair = sides["Mallard"], sides["pyarrow in memory"]
        rows = [
            compared("Feather get", name, *pair, at_least(1.1)),
            compared("Feather get, server's CPU", name, *pair, at_most(1.4), COST),
        ]
        yield Measurement(title, facts(sides), rows)


def parquet_gets(bench):
    """From a Parquet file: the first time, and when there is a derived form of it already."""
    for name in bench.tables:
        dataset, title = bench.dataset(name), f"Parquet get, {name}"
        mallard = bench.server("mallard")
        file, repeats = dataset.parquet.name, bench.repeats(dataset)
        fresh = FreshNames(bench.folder("mallard"), file)
        verify(mallard, dataset, file)
        first = reading("Mallard, first", mallard, dataset, fresh.name, warm_bytes=bench.warm_bytes // 2)
        first.before, first.after = fresh.before, fresh.after
        repeated = reading("Mallard, repeated", mallard, dataset, file, repeats, warm_bytes=bench.warm_bytes // 2)
        recipe = reading("streaming recipe", bench.server("stream"), dataset, file)
        whole = [reading("whole recipe", bench.server("whole"), dataset, file)] if bench.options.more else []
        sides = measure(title, [recipe, *whole, first, repeated], bench.rounds)
        rows = [
            compared("Parquet get, first", name, first, recipe, at_least(1.2)),
            compared("Parquet get, repeated", name, repeated, recipe, at_least(3.5)),
        ]
        for other in whole:
            rows += [compared("Parquet get, first", name, first, other), compared("Parquet get, repeated", name, repeated, other)]
        yield Measurement(title, facts(sides), rows)
