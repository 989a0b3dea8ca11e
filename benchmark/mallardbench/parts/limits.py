"""What the machine can do at all."""

from mallardbench import traffic
from mallardbench.rounds import Side, measure
from mallardbench.rows import Measurement, alone, facts

LOOPBACK_BYTES = 4 << 30
DISK_BYTES = 470 << 20


def limits(bench):
    sides = measure(
        "limits",
        [
            Side("loopback TCP", lambda: traffic.loopback(LOOPBACK_BYTES), bytes=LOOPBACK_BYTES),
            Side("disk write + fsync", lambda: traffic.disk(bench.folder("disk"), DISK_BYTES), bytes=DISK_BYTES),
        ],
        bench.rounds,
    )
    yield Measurement("limits", facts(sides), [alone(f"limit: {name}", "", side) for name, side in sides.items()])
