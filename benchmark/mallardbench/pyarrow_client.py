"""What `mallard get` and `mallard put` do, as a pyarrow script does it: a process of its own that prints its transfer's seconds."""

import sys
import time

import pyarrow as pa
import pyarrow.flight as flight


def get(client, name, path):
    reader = client.do_get(flight.Ticket(name))
    with pa.OSFile(path, "wb") as sink, pa.ipc.new_stream(sink, reader.schema) as writer:
        for chunk in reader:
            writer.write_batch(chunk.data)


def put(client, path, name):
    with pa.OSFile(path) as source:
        file = pa.ipc.open_file(source)
        writer, replies = client.do_put(flight.FlightDescriptor.for_path(name), file.schema)
        with writer:
            for number in range(file.num_record_batches):
                writer.write_batch(file.get_batch(number))
            writer.done_writing()
            while replies.read() is not None:
                pass


if __name__ == "__main__":
    location, what, first, second = sys.argv[1:]
    with flight.connect(location) as connection:
        started = time.perf_counter()
        {"get": get, "put": put}[what](connection, first, second)
        print(time.perf_counter() - started)
