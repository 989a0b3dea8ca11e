"""The DuckDB query service as its document describes it: a pyarrow Flight server around DuckDB and a Parquet file."""

import sys

import duckdb
import pyarrow.flight as flight


class QueryService(flight.FlightServerBase):
    def __init__(self, views):
        super().__init__("grpc://127.0.0.1:0")
        self.database = duckdb.connect()
        for view in views:
            name, path = view.split("=", 1)
            self.database.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{path}')")

    def get_flight_info(self, context, descriptor):
        sql = descriptor.command.decode()
        schema = self.database.cursor().execute(f"SELECT * FROM ({sql}) LIMIT 0").to_arrow_table().schema
        return flight.FlightInfo(schema, descriptor, [flight.FlightEndpoint(descriptor.command, [])], -1, -1)

    def do_get(self, context, ticket):
        result = self.database.cursor().execute(ticket.ticket.decode())
        return flight.RecordBatchStream(result.to_arrow_reader(65_536))


if __name__ == "__main__":
    server = QueryService(sys.argv[1:])
    print(f"query service listening on {server.port}", flush=True)
    server.serve()
