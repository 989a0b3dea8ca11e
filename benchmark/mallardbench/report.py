"""The tables for people, and the file with everything."""

import datetime
import json
import traceback

import pyarrow as pa

from mallardbench import machine

HEADINGS = {
    "what": "what",
    "table": "table",
    "mallard": "Mallard (range)",
    "mallard_cpu": "server's CPU",
    "peer": "peer",
    "peer_figure": "peer's figure (range)",
    "peer_cpu": "its CPU",
    "ratio": "ratio (range)",
    "goal": "goal",
    "met": "met",
}


class Results:
    """All figures of a run. They are written after each measurement, so that one that breaks off leaves something."""

    def __init__(self, path, version, options):
        self.path = path
        self.content = {
            "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
            "machine": machine.describe(),
            "mallard": version,
            "pyarrow": pa.__version__,
            "options": {key: str(value) for key, value in vars(options).items()},
            "measurements": {},
            "foreign_cpu": {},
            "rows": [],
            "failed": {},
        }
        path.parent.mkdir(parents=True, exist_ok=True)

    def take_part(self, name, measurements):
        """As take. A part that fails is told, and does not take the others with it."""
        try:
            self.take(measurements)
        except Exception as error:
            traceback.print_exc()
            self.content["failed"][name] = f"{type(error).__name__}: {error}"

    def take(self, measurements):
        """Runs them, for they are generated, and notes who else used the machine meanwhile."""
        foreign = machine.ForeignCpu()
        for measurement in measurements:
            self.content["measurements"][measurement.title] = measurement.facts
            self.content["foreign_cpu"][measurement.title] = foreign.share()
            self.content["rows"] += measurement.rows
            self.path.write_text(json.dumps(self.content, indent=1))
            foreign = machine.ForeignCpu()

    @property
    def missed(self):
        return [row for row in self.content["rows"] if row.get("met") is False]

    @property
    def good(self):
        return not self.missed and not self.content["failed"]

    def render(self):
        """A Markdown table that is aligned, so that it reads well in a terminal, too."""
        foreign = self.content["foreign_cpu"]
        worst = max(foreign, key=foreign.get, default="nothing")
        head = [
            f"{self.content['mallard']} and pyarrow {self.content['pyarrow']}, {self.content['date']}",
            self.content["machine"],
            f"{self.rounds()}MB = 10^6 bytes of Arrow data; other processes took {foreign.get(worst, 0):.0%} of the CPU at worst ({worst})",
            "",
        ]
        failed = [f"{name} FAILED: {error}" for name, error in self.content["failed"].items()]
        return "\n".join([*head, table(self.content["rows"]), "", f"{len(self.missed)} goals missed", *failed])

    def rounds(self):
        rounds = self.content["options"].get("rounds")
        return f"medians of {rounds} rounds, and their range; " if rounds else ""


def table(rows):
    lines = [cells(row) for row in rows]
    headings = list(HEADINGS.values())
    widths = [max(len(line[i]) for line in [headings, *lines]) for i in range(len(headings))]
    form = lambda line: "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths)) + " |"
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([form(headings), rule, *map(form, lines)])


def cells(row):
    shown = {key: row.get(key, "") for key in HEADINGS}
    if "ratio" in row:
        low, high = row["ratio_range"]
        shown["ratio"] = f"{row['ratio']:.2f}× ({low:.2f} to {high:.2f})"
    shown["met"] = {True: "yes", False: "no", None: ""}[row.get("met")]
    return list(shown.values())
