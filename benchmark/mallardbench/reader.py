"""A client in a process of its own: for each line of JSON it reads tickets to their ends, and prints how many rows came."""

import base64
import json
import subprocess
import sys

import pyarrow.flight as flight


class Reader:
    """The benchmark's end of it."""

    def __init__(self, location):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "mallardbench.reader", location], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.process.stdout.readline()  # It is connected.

    def start(self, ticket, repeats):
        request = {"ticket": base64.b64encode(ticket).decode(), "repeats": repeats}
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()

    def rows(self):
        """Waits for the end of what was started."""
        answer = self.process.stdout.readline()
        if not answer:
            raise RuntimeError(f"a reader ended with {self.process.wait()}")
        return int(answer)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()


def main(location):
    with flight.connect(location) as client:
        print("connected", flush=True)
        for line in sys.stdin:
            request = json.loads(line)
            ticket = flight.Ticket(base64.b64decode(request["ticket"]))
            rows = sum(chunk.data.num_rows for _ in range(request["repeats"]) for chunk in client.do_get(ticket))
            print(rows, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
