"""Rounds: every side once, again and again, in turn; medians are taken afterwards."""

import dataclasses
import os
import statistics
import sys
import time
from typing import Callable, Optional

SETTLE_SECONDS = 1


@dataclasses.dataclass
class Side:
    """One of the ways in which the same work is done."""

    name: str
    run: Callable[[], float]  # seconds
    bytes: int = 0  # of Arrow data that go by
    warm_bytes: int = 0  # traffic before the first round; at least one run
    server: Optional[object] = None  # whose CPU time is noted
    before: Callable[[], None] = lambda: None
    after: Callable[[], None] = lambda: None
    seconds: list = dataclasses.field(default_factory=list)
    cpu: list = dataclasses.field(default_factory=list)

    def once(self, keep):
        self.before()
        cpu = self.server.cpu_seconds() if self.server else 0
        seconds = self.run()
        if keep:
            self.seconds.append(seconds)
            if self.server:
                self.cpu.append(self.server.cpu_seconds() - cpu)
        self.after()
        # What one side leaves to be written must not slow the next one down. Nor must the memory that it frees make
        # it faster: a virtual machine gives free memory back to its host, and gets it again page by page, which takes
        # ten times as long as writing to it. After a moment of rest all sides begin without any.
        os.sync()
        time.sleep(SETTLE_SECONDS)

    @property
    def median(self):
        return statistics.median(self.seconds)

    @property
    def rate(self):
        """MB (10^6 bytes) a second."""
        return self.bytes / self.median / 1e6

    def facts(self):
        facts = {"seconds": self.seconds, "median_seconds": self.median}
        if self.bytes:
            facts |= {"bytes": self.bytes, "mb_per_s": self.rate}
        if self.cpu:
            facts["server_cpu_seconds"] = statistics.median(self.cpu)
        return facts


def measure(title, sides, rounds):
    """Warms all sides up, then runs them in turn, every other round backwards. Returns them by name."""
    for side in sides:
        say(f"{title}: warming up {side.name}")
        done = 0
        while True:
            side.once(keep=False)
            done += side.bytes
            if done >= side.warm_bytes:
                break
    for number in range(rounds):
        say(f"{title}: round {number + 1} of {rounds}")
        for side in sides if number % 2 == 0 else reversed(sides):
            side.once(keep=True)
    for side in sides:
        rate = f"{side.rate:8.0f} MB/s" if side.bytes else ""
        spread = f"{min(side.seconds):.3f} to {max(side.seconds):.3f}"
        cpu = f", server CPU {statistics.median(side.cpu):.2f} s" if side.cpu else ""
        say(f"    {side.name:28} {side.median:8.3f} s ({spread}){rate}{cpu}")
    return {side.name: side for side in sides}


def say(text):
    print(text, file=sys.stderr, flush=True)
