"""Sides that read a dataset to its end."""

import itertools

import pyarrow.flight as flight

from mallardbench import traffic
from mallardbench.rounds import Result, Side, say


def reading(label, running, dataset, file, repeats=1, **more):
    """A side. `running`: a server and a client of it; `file`: a name, or what gives one."""
    server, client = running

    def run():
        name = file() if callable(file) else file
        seconds = 0.0
        for _ in range(repeats):
            taken, rows = traffic.get(client, name)
            expect(label, rows, dataset.rows)
            seconds += taken
        return Result(seconds, bytes=repeats * dataset.arrow_bytes)

    return Side(label, run, server=server, **more)


def expect(what, rows, expected):
    if rows != expected:
        raise RuntimeError(f"{what}: {rows} rows (expected: {expected})")


def verify(running, dataset, file):
    """Before anything is timed: Mallard sends what is in the file."""
    say(f"{dataset.name}: checking what {file} sends")
    received = running[1].do_get(flight.Ticket(file)).read_all()
    if not received.equals(dataset.table()):
        raise RuntimeError(f"{file}: what Mallard sent is not what is in the file")


class FreshNames:
    """The same file under a new name for each read, so that Mallard has no derived form of it.

    It is a hard link: the page cache is as warm as for everybody else. What the read left in the cache folder goes
    again, so that the disk is no fuller in the last round than in the first.
    """

    def __init__(self, folder, file):
        self.folder, self.file = folder, file
        self.cache = folder / ".mallard" / "cache"
        self.numbers = itertools.count()
        self.current = None
        self.known = set()

    def before(self):
        self.known = self.cached()
        self.current = self.folder / f"first-{next(self.numbers)}-{self.file}"
        self.current.hardlink_to(self.folder / self.file)

    def after(self):
        self.current.unlink()
        for path in self.cached() - self.known:
            path.unlink(missing_ok=True)

    def cached(self):
        return {path for path in self.cache.rglob("*") if path.is_file()}

    def name(self):
        return self.current.name
