"""What is timed: the same pyarrow client code against every server, and the machine's own limits."""

import os
import socket
import subprocess
import sys
import time

import pyarrow.flight as flight


def get(client, name):
    """Reads a dataset to its end, batch by batch, keeping nothing. Returns seconds and rows."""
    started = time.perf_counter()
    rows = 0
    for chunk in client.do_get(flight.Ticket(name)):
        rows += chunk.data.num_rows
    return time.perf_counter() - started, rows


def put(client, name, schema, batches):
    """Sends batches; the time ends when the server has said that the upload is done."""
    started = time.perf_counter()
    writer, reader = client.do_put(flight.FlightDescriptor.for_path(name), schema)
    with writer:
        for batch in batches:
            writer.write_batch(batch)
        writer.done_writing()
        while reader.read() is not None:
            pass
    return time.perf_counter() - started


def latencies(client, name, count):
    """Seconds of each of many small reads, one after the other over one connection."""
    seconds = []
    ticket = flight.Ticket(name)
    for _ in range(count):
        started = time.perf_counter()
        client.do_get(ticket).read_all()
        seconds.append(time.perf_counter() - started)
    return seconds


def listing(client):
    started = time.perf_counter()
    count = sum(1 for _ in client.list_flights())
    return time.perf_counter() - started, count


def loopback(total):
    """Bytes a second over a TCP connection to this machine, with nothing done to them."""
    receiver = (
        "import socket,sys\n"
        "s=socket.create_connection(('127.0.0.1',int(sys.argv[1])))\n"
        "b=bytearray(1<<20)\n"
        "n=1\n"
        "while n: n=s.recv_into(b)\n"
        "s.close()\n"
    )
    with socket.create_server(("127.0.0.1", 0)) as server:
        child = subprocess.Popen([sys.executable, "-c", receiver, str(server.getsockname()[1])])
        connection, _ = server.accept()
        block = memoryview(os.urandom(1 << 20))
        started = time.perf_counter()
        for _ in range(total >> 20):
            connection.sendall(block)
        connection.shutdown(socket.SHUT_WR)
        connection.recv(1)
        seconds = time.perf_counter() - started
        connection.close()
        child.wait()
    return seconds


def disk(folder, total):
    """Writes a new file and makes it durable, as any durable upload must."""
    block = memoryview(os.urandom(4 << 20))
    path = folder / "disk.tmp"
    started = time.perf_counter()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for _ in range(total // len(block)):
        os.write(descriptor, block)
    os.fsync(descriptor)
    seconds = time.perf_counter() - started
    os.close(descriptor)
    path.unlink()
    return seconds


def dd(source, target):
    """What writing and syncing these bytes takes."""
    started = time.perf_counter()
    command = ["dd", f"if={source}", f"of={target}", "bs=4M", "conv=fsync", "status=none"]
    subprocess.run(command, check=True)
    seconds = time.perf_counter() - started
    target.unlink()
    return seconds
