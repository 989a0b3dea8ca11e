"""DoGet over and over on many connections, as cheaply as it can be asked: `http2 PORT TICKET CONNECTIONS SECONDS`.
With `paced PAUSE` in place of the last two: over one connection, with a pause after each, until there is something to read.

A pyarrow client takes longer for a small call than the server does, so on a small machine several of them measure
themselves. This sends the same HTTP/2 frames again and again, one call at a time on each connection, and reads of
the answers no more than where they end. Each must be as long as the first one of all.
"""

import json
import select
import selectors
import socket
import statistics
import struct
import sys
import time

DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE = 0, 1, 3, 4, 6, 7, 8
ACK = END_STREAM = 0x1
END_HEADERS = 0x4
WINDOW = (1 << 31) - 1
DO_GET = "/arrow.flight.protocol.FlightService/DoGet"


def frame(kind, flags, stream, payload=b""):
    return struct.pack("!I", len(payload))[1:] + struct.pack("!BBI", kind, flags, stream) + payload


def settings(**values):
    numbers = {"header_table_size": 1, "initial_window_size": 4}
    return frame(SETTINGS, 0, 0, b"".join(struct.pack("!HI", numbers[name], value) for name, value in values.items()))


def literal(name, value):
    """A header that no table takes in (RFC 7541, 6.2.2). `name`: text, or its index in the static table."""
    text = lambda content: bytes([len(content)]) + content.encode()
    known = isinstance(name, int)
    # An index of 15 or more goes on in a second byte.
    head = bytes([name]) if known and name < 15 else bytes([15, name - 15]) if known else b"\0" + text(name)
    return head + text(value)


def request_headers(port):
    method_post, scheme_http, path, authority, content_type = b"\x83", b"\x86", 4, 1, 31
    return (
        method_post
        + scheme_http
        + literal(path, DO_GET)
        + literal(authority, f"127.0.0.1:{port}")
        + literal(content_type, "application/grpc")
        + literal("te", "trailers")
    )


def message(ticket):
    """A gRPC message with a Ticket in it, whose first field is bytes."""
    protobuf = b"\x0a" + bytes([len(ticket)]) + ticket
    return b"\0" + struct.pack("!I", len(protobuf)) + protobuf


class Connection:
    def __init__(self, port, ticket):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.headers, self.message = request_headers(port), message(ticket)
        self.stream, self.length, self.rest, self.credit = -1, 0, b"", WINDOW
        window = frame(WINDOW_UPDATE, 0, 0, struct.pack("!I", WINDOW - 65_535))
        opening = settings(header_table_size=0, initial_window_size=1 << 24)
        self.socket.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + opening + window)

    def call(self):
        self.stream += 2
        self.length = 0
        self.started = time.perf_counter()
        head = frame(HEADERS, END_HEADERS, self.stream, self.headers)
        self.socket.sendall(head + frame(DATA, END_STREAM, self.stream, self.message))

    def receive(self):
        """Takes what has come. Whether the call under way has ended with it."""
        content = self.rest + self.socket.recv(1 << 18)
        if len(content) == len(self.rest):
            raise RuntimeError("the server closed the connection")
        at, ended = 0, False
        while at + 9 <= len(content):
            end = at + 9 + (content[at] << 16 | content[at + 1] << 8 | content[at + 2])
            if end > len(content):
                break
            ended |= self.take(content[at + 3], content[at + 4], content[at + 9 : end])
            at = end
        self.rest = content[at:]
        return ended

    def take(self, kind, flags, payload):
        if kind == DATA:
            self.length += len(payload)
            self.credit -= len(payload)
            if self.credit < WINDOW // 2:
                self.socket.sendall(frame(WINDOW_UPDATE, 0, 0, struct.pack("!I", WINDOW - self.credit)))
                self.credit = WINDOW
        elif kind in (RST_STREAM, GOAWAY):
            raise RuntimeError(f"the server ended the {'call' if kind == RST_STREAM else 'connection'}: {payload!r}")
        elif kind in (SETTINGS, PING) and not flags & ACK:
            self.socket.sendall(frame(kind, ACK, 0, payload if kind == PING else b""))
        return kind in (DATA, HEADERS) and bool(flags & END_STREAM)


def drive(port, ticket, count, seconds):
    """Seconds of each call that ended in that time."""
    connections = [Connection(port, ticket) for _ in range(count)]
    selector = selectors.DefaultSelector()
    for connection in connections:
        selector.register(connection.socket, selectors.EVENT_READ, connection)
        connection.call()
    taken, expected, end = [], None, time.perf_counter() + seconds
    while time.perf_counter() < end:
        for key, _ in selector.select(5) or nothing():
            connection = key.data
            if connection.receive():
                expected = expected or connection.length
                if not connection.length or connection.length != expected:
                    raise RuntimeError(f"an answer of {connection.length} bytes (expected: {expected})")
                taken.append(time.perf_counter() - connection.started)
                connection.call()
    for connection in connections:
        connection.socket.close()
    return taken


def nothing():
    raise RuntimeError("no answer within 5 s")


def paced(port, ticket, pause):
    connection, taken = Connection(port, ticket), []
    while not select.select([sys.stdin], [], [], pause)[0]:
        connection.call()
        while not connection.receive():
            pass
        if not connection.length:
            raise RuntimeError("an answer without data")
        taken.append(time.perf_counter() - connection.started)
    connection.socket.close()
    return taken


def main(port, ticket, how, seconds):
    started = time.perf_counter()
    run = paced(port, ticket, seconds) if how == "paced" else drive(port, ticket, int(how), seconds)
    taken = sorted(run)
    elapsed = time.perf_counter() - started
    p50, p99 = statistics.median(taken) * 1e3, taken[int(len(taken) * 0.99)] * 1e3
    print(json.dumps({"calls": len(taken), "seconds": elapsed, "p50_ms": p50, "p99_ms": p99, "client_cpu": time.process_time()}))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2].encode(), sys.argv[3], float(sys.argv[4]))
