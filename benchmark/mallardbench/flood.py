"""A flood of calls at a fixed rate, from a process of its own: `flood health|passwords PORT RATE SECONDS`."""

import base64
import collections
import sys
import time

import grpc

CALLS = {
    "health": "/grpc.health.v1.Health/Check",
    "passwords": "/arrow.flight.protocol.FlightService/GetFlightInfo",
}


def main(kind, port, rate, seconds):
    channel = grpc.insecure_channel(f"127.0.0.1:{port}")
    call = channel.unary_unary(CALLS[kind], request_serializer=lambda b: b, response_deserializer=lambda b: b)
    outcomes = collections.Counter()
    started = time.perf_counter()
    sent = 0
    while (now := time.perf_counter() - started) < seconds:
        while sent < now * rate:
            future = call.future(b"", metadata=headers(kind, sent), timeout=20)
            future.add_done_callback(lambda done: outcomes.update([done.code().name]))
            sent += 1
        time.sleep(0.002)
    while sum(outcomes.values()) < sent and time.perf_counter() - started < seconds + 25:
        time.sleep(0.05)
    print(f"{sent}: " + ", ".join(f"{count} {code}" for code, count in outcomes.most_common()))


def headers(kind, number):
    if kind == "health":
        return []
    name = f"known{number % 100}" if number % 2 else f"unknown{number}"
    return [("authorization", "Basic " + base64.b64encode(f"{name}:wrong{number}".encode()).decode())]


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))
