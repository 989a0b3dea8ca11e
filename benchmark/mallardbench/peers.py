"""pyarrow's Flight servers to compare with, as its documentation and its cookbook show them. One process each.

memory   tables in memory, RecordBatchStream; puts are read and forgotten (the transport's own speed)
         a ticket NAME|NUMBER|COUNT is one of so many equal slices
files    Feather files, read batch by batch
prepared no tables, but a list of FlightInfos that were made before
whole    the cookbook's first recipe: Parquet read whole and written whole
stream   the cookbook's second recipe: Parquet streamed with GeneratorStream(iter_batches), written batch by batch
"""

import argparse
import json
import os
import pathlib

import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.flight as flight
import pyarrow.parquet as pq


class Peer(flight.FlightServerBase):
    def __init__(self, folder, fsync, tls=None):
        super().__init__("grpc+tls://127.0.0.1:0" if tls else "grpc://127.0.0.1:0", tls_certificates=[tls] if tls else None)
        self.folder = folder
        self.fsync = fsync

    def path(self, name):
        return self.folder / name.decode()

    def durable(self, path):
        """What the recipes leave out: without it an acknowledged upload is lost with the power."""
        if self.fsync:
            for target in (path, path.parent):
                descriptor = os.open(target, os.O_RDONLY)
                os.fsync(descriptor)
                os.close(descriptor)

    def list_flights(self, context, criteria):
        for path in self.folder.iterdir():
            schema = pq.read_schema(path)
            metadata = pq.read_metadata(path)
            descriptor = flight.FlightDescriptor.for_path(path.name)
            endpoints = [flight.FlightEndpoint(path.name, [])]
            yield flight.FlightInfo(schema, descriptor, endpoints, metadata.num_rows, metadata.serialized_size)


class Memory(Peer):
    def __init__(self, folder, fsync, tls=None):
        super().__init__(folder, fsync, tls)
        self.tables = {
            path.name.encode(): feather.read_table(path, memory_map=False) for path in folder.glob("*.feather")
        }

    def do_get(self, context, ticket):
        name, *part = ticket.ticket.split(b"|")
        table = self.tables[name]
        if part:
            number, count = map(int, part)
            first, end = (table.num_rows * border // count for border in (number, number + 1))
            table = table.slice(first, end - first)
        return flight.RecordBatchStream(table)

    def do_put(self, context, descriptor, reader, writer):
        for _ in reader:
            pass


class Files(Peer):
    def do_get(self, context, ticket):
        reader = pa.ipc.open_file(pa.OSFile(str(self.path(ticket.ticket))))
        batches = (reader.get_batch(number) for number in range(reader.num_record_batches))
        return flight.GeneratorStream(reader.schema, batches)


class Prepared(Peer):
    def __init__(self, folder, fsync, tls=None):
        super().__init__(folder, fsync, tls)
        texts = json.loads((folder / "infos.json").read_text())
        self.infos = [flight.FlightInfo.deserialize(bytes.fromhex(text)) for text in texts]

    def list_flights(self, context, criteria):
        return iter(self.infos)


class Whole(Peer):
    def do_get(self, context, ticket):
        return flight.RecordBatchStream(pq.read_table(self.path(ticket.ticket)))

    def do_put(self, context, descriptor, reader, writer):
        path = self.path(descriptor.path[0])
        pq.write_table(reader.read_all(), path)
        self.durable(path)


class Stream(Peer):
    def do_get(self, context, ticket):
        reader = pq.ParquetFile(self.path(ticket.ticket))
        return flight.GeneratorStream(reader.schema_arrow, reader.iter_batches())

    def do_put(self, context, descriptor, reader, writer):
        path = self.path(descriptor.path[0])
        with path.open("wb") as sink:
            with pq.ParquetWriter(sink, reader.schema) as parquet:
                for chunk in reader:
                    parquet.write_table(pa.Table.from_batches([chunk.data]))
        self.durable(path)


KINDS = {"memory": Memory, "files": Files, "prepared": Prepared, "whole": Whole, "stream": Stream}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=list(KINDS))
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--fsync", action="store_true")
    parser.add_argument("--tls", nargs=2, type=pathlib.Path, metavar=("CERTIFICATE", "KEY"))
    options = parser.parse_args()
    server = KINDS[options.kind](
        options.folder, options.fsync, tuple(file.read_bytes() for file in options.tls) if options.tls else None
    )
    print(f"listening on {'grpc+tls://127.0.0.1:' if options.tls else ''}{server.port}", flush=True)
    server.serve()


if __name__ == "__main__":
    main()
