"""Commands as people run them, a process each time: how long, and what CPU time they took."""

import dataclasses
import os
import re
import subprocess
import sys
import tempfile
import time

from mallardbench.rounds import Result

TRANSFER = re.compile(r"in ([0-9.]+) s \(")


@dataclasses.dataclass(frozen=True)
class Ran:
    """A process that has ended."""

    seconds: float  # from its start to its end
    cpu: float
    resident: int  # bytes, at most
    output: str
    said: str  # on standard error

    def whole(self):
        return Result(self.seconds, client_cpu=self.cpu)


def run(command, env=None, output=subprocess.DEVNULL):
    with tempfile.TemporaryFile("w+") as errors:
        started = time.perf_counter()
        process = subprocess.Popen([str(part) for part in command], env={**os.environ, **(env or {})}, stdout=output, stderr=errors, text=True)
        printed = process.stdout.read() if process.stdout else ""
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        said = errors.read().strip()
    if process.stdout:
        process.stdout.close()
    if process.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command[:2]))}: {said}")
    return Ran(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, printed, said)


class Cli:
    """The mallard command against one server."""

    def __init__(self, root, location):
        self.root, self.location = root, location

    def run(self, *arguments, env=None):
        return run([self.root / "mallard", *arguments], {"MALLARD_URI": self.location, **(env or {})})

    def transfer(self, *arguments):
        """The seconds of the transfer alone, as the command itself says, and what ran."""
        ran = self.run(*arguments)
        return float(TRANSFER.search(ran.said).group(1)), ran

    def script(self, *arguments):
        """The same of a pyarrow process."""
        ran = run([sys.executable, "-m", "mallardbench.pyarrow_client", self.location, *arguments], output=subprocess.PIPE)
        return float(ran.output), ran
