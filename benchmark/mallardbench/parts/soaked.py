"""What very many calls leave behind: as `benchmark/soak --calls` does it, with a server of its own."""

from mallardbench import soak


def soaked(bench):
    yield soak.traffic(bench, bench.options.soak_calls, soak.CLIENTS)
