"""Rounds: every side once, again and again, in turn; medians are taken afterwards."""

import dataclasses
import os
import statistics
import sys
import time
from typing import Callable, Optional, Union

SETTLE_SECONDS = 1


@dataclasses.dataclass(frozen=True)
class Result:
    """What one run gave. A run that returns plain seconds leaves the rest to its side."""

    seconds: float
    bytes: int = 0  # of Arrow data that went by
    calls: int = 0
    cpu: Optional[float] = None  # seconds of the server
    client_cpu: Optional[float] = None  # seconds, where the client is a process of its own
    more: dict = dataclasses.field(default_factory=dict)

    @property
    def rate(self):
        """MB (10^6 bytes) a second."""
        return self.bytes / self.seconds / 1e6

    @property
    def call_rate(self):
        return self.calls / self.seconds

    @property
    def cost(self):
        """The server's CPU: seconds a GB, or milliseconds a call."""
        return self.each(self.cpu)

    @property
    def client_cost(self):
        return self.each(self.client_cpu)

    def each(self, cpu):
        if cpu is None:
            return None
        return cpu / self.bytes * 1e9 if self.bytes else cpu / max(1, self.calls) * 1e3


@dataclasses.dataclass
class Side:
    """One of the ways in which the same work is done."""

    name: str
    run: Callable[[], Union[float, Result]]
    bytes: int = 0  # of Arrow data in a run
    calls: int = 0  # in a run
    warm_bytes: int = 0  # traffic before the first round; at least one run
    warm_runs: int = 1
    server: Optional[object] = None  # whose CPU time is noted
    before: Callable[[], None] = lambda: None
    after: Callable[[], None] = lambda: None
    results: list = dataclasses.field(default_factory=list)

    def once(self):
        self.before()
        cpu = self.server.cpu_seconds() if self.server else 0
        done = self.run()
        cpu = self.server.cpu_seconds() - cpu if self.server else None
        self.after()
        result = done if isinstance(done, Result) else Result(done)
        return dataclasses.replace(
            result,
            bytes=result.bytes or self.bytes,
            calls=result.calls or self.calls,
            cpu=cpu if result.cpu is None else result.cpu,
        )

    def warm_up(self):
        done = runs = 0
        while runs < self.warm_runs or done < self.warm_bytes:
            done += self.once().bytes or self.warm_bytes
            runs += 1
        settle()

    def measured(self):
        self.results.append(self.once())
        settle()

    def values(self, what):
        """One figure of each round, by the name that it has in Result."""
        return [getattr(result, what) for result in self.results]

    @property
    def median(self):
        return statistics.median(self.values("seconds"))

    @property
    def rate(self):
        return statistics.median(self.values("rate"))

    def facts(self):
        """For the file with all figures: of each round, and the medians."""
        facts = {"seconds": self.values("seconds"), "median_seconds": self.median}
        if self.results[0].bytes:
            facts |= {"bytes": self.values("bytes"), "mb_per_s": self.rate}
        if self.results[0].calls:
            facts["calls"] = self.values("calls")
        costs = {"server_cpu": "cpu", "server_cost": "cost", "client_cpu": "client_cpu", "client_cost": "client_cost"}
        facts |= {name: self.values(field) for name, field in costs.items() if None not in self.values(field)}
        if self.results[0].more:
            facts["more"] = self.values("more")
        return facts

    def line(self):
        low, high = min(self.values("seconds")), max(self.values("seconds"))
        spread = f"{self.median:8.4f} s ({low:.4f} to {high:.4f})"
        rate = f"{self.rate:8.0f} MB/s" if self.results[0].bytes else ""
        unit = "s/GB" if self.results[0].bytes else "ms a call"
        costs = [cost for cost in self.values("cost") if cost is not None]
        return f"    {self.name:28} {spread}{rate}" + (f", server CPU {statistics.median(costs):.3f} {unit}" if costs else "")


def settle():
    """All sides begin alike.

    What one leaves to be written must not slow the next one down. Nor must the memory that it frees make it faster: a
    virtual machine gives free memory back to its host, and gets it again page by page, which takes ten times as long as
    writing to it. After a moment of rest all sides begin without any.
    """
    os.sync()
    time.sleep(SETTLE_SECONDS)


def measure(title, sides, rounds, warm=True):
    """Warms all sides up, then runs them in turn, every other round backwards. Returns them by name."""
    if warm:
        for side in sides:
            say(f"{title}: warming up {side.name}")
            side.warm_up()
    for number in range(rounds):
        say(f"{title}: round {number + 1} of {rounds}")
        for side in sides if number % 2 == 0 else reversed(sides):
            side.measured()
    for side in sides:
        say(side.line())
    return {side.name: side for side in sides}


def say(text):
    print(text, file=sys.stderr, flush=True)
