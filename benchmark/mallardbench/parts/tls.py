"""Gets over TLS, beside pyarrow's own server with the same certificate."""

import contextlib

import pyarrow.flight as flight

from mallardbench import processes
from mallardbench.parts.reading import reading
from mallardbench.rounds import measure
from mallardbench.rows import Measurement, at_least, compared, facts


class Encrypted:
    """Mallard and pyarrow with one certificate between them: by name, a server and a client of it."""

    def __init__(self, bench, stack, env=None):
        folder = bench.filled("tls")
        mallard = stack.enter_context(processes.mallard(bench.root, folder, bench.logs, "--tls-self-signed", name="mallard-tls", env=env))
        pair = [folder / ".mallard/tls" / name for name in ("certificate.pem", "key.pem")]
        peer = stack.enter_context(processes.peer("memory", bench.filled("peer-tls"), bench.logs, tls=pair))
        roots = pair[0].read_bytes()
        connect = lambda server: stack.enter_context(flight.connect(server.location, tls_root_certs=roots))
        self.mallard, self.peer = (mallard, connect(mallard)), (peer, connect(peer))


def tls_gets(bench):
    with contextlib.ExitStack() as stack:
        encrypted = Encrypted(bench, stack)
        for name in bench.tables:
            dataset, title = bench.dataset(name), f"TLS, Feather get, {name}"
            file, repeats = dataset.feather.name, bench.repeats(dataset)
            sides = measure(
                title,
                [
                    reading("pyarrow in memory, TLS", encrypted.peer, dataset, file, repeats),
                    reading("Mallard, TLS", encrypted.mallard, dataset, file, repeats, warm_bytes=bench.warm_bytes // 2),
                ],
                bench.rounds,
            )
            rows = [compared("TLS: Feather get", name, sides["Mallard, TLS"], sides["pyarrow in memory, TLS"], at_least(1.1))]
            yield Measurement(title, facts(sides), rows)
