"""Rows of the tables: Mallard's figure, its peer's of the same run, how they compare, and what was wanted."""

import dataclasses
import statistics
from typing import Optional


@dataclasses.dataclass(frozen=True)
class Measurement:
    """What was measured together: all figures, and the rows that are shown of them."""

    title: str
    facts: dict
    rows: list


@dataclasses.dataclass(frozen=True)
class Goal:
    """What a figure or a ratio is compared with."""

    limit: float
    unit: str = "×"
    most: bool = False  # else at least so much

    def met(self, value):
        return value <= self.limit if self.most else value >= self.limit

    def __str__(self):
        return f"{'≤' if self.most else '≥'} {self.limit:,g}{'' if self.unit == '×' else ' '}{self.unit}"


def at_least(limit, unit="×"):
    return Goal(limit, unit)


def at_most(limit, unit="×"):
    return Goal(limit, unit, most=True)


@dataclasses.dataclass(frozen=True)
class Kind:
    """How a figure of a Result is shown."""

    field: str
    unit: str
    digits: int = 0
    factor: float = 1

    def show(self, value):
        return f"{value * self.factor:,.{self.digits}f}"


RATE = Kind("rate", "MB/s")
COST = Kind("cost", "s/GB", 2)
SECONDS = Kind("seconds", "s", 2)
MILLISECONDS = Kind("seconds", "ms", 2, 1e3)


def compared(what, table, mallard, peer, goal=None, kind=RATE):
    """Mallard's side beside a peer's. The ratio is of Mallard's figure to the peer's, so what is better depends on the kind."""
    ours, theirs = mallard.values(kind.field), peer.values(kind.field)
    ratio = statistics.median(ours) / statistics.median(theirs)
    pairs = [a / b for a, b in zip(ours, theirs)]
    row = {
        "what": what,
        "table": table,
        **columns("mallard", mallard, kind),
        "peer": peer.name,
        **columns("peer", peer, kind),
        "ratio": ratio,
        "ratio_range": [min(pairs), max(pairs)],
    }
    return judged(row, goal, ratio)


def alone(what, table, mallard, goal=None, kind=RATE, peer=None):
    """Mallard's side against a fixed figure; a peer's is shown beside it and decides nothing."""
    values = mallard.values(kind.field)
    row = {"what": what, "table": table, **columns("mallard", mallard, kind)}
    if peer:
        row |= compared(what, table, mallard, peer, kind=kind)
    return judged(row, goal, statistics.median(values) * kind.factor)


def fact(what, table, figure, goal=None, value: Optional[float] = None, **more):
    """A figure that comes from no side."""
    row = {"what": what, "table": table, "mallard": figure, **more}
    return judged(row, goal, value)


def judged(row, goal, value):
    return row | {"goal": str(goal), "met": bool(goal.met(value))} if goal else row


def columns(who, side, kind):
    """The figure with its range, and what CPU time it cost."""
    values = side.values(kind.field)
    figure = f"{kind.show(statistics.median(values))} {kind.unit} ({kind.show(min(values))} to {kind.show(max(values))})"
    shown = {"mallard" if who == "mallard" else "peer_figure": figure}
    unit = "s/GB" if side.results[0].bytes else "ms a call"
    costs = {"": side.values("cost"), "client ": side.values("client_cost")}
    parts = [f"{name}{statistics.median(each):.2f}" for name, each in costs.items() if None not in each]
    if parts and kind is not COST:
        shown[f"{who}_cpu"] = f"{', '.join(parts)} {unit}"
    return shown


def facts(sides):
    return {name: side.facts() for name, side in sides.items()}
