"""SQL into data frames: polars, pandas, and pyarrow reading parts in parallel."""

import concurrent.futures

import adbc_driver_flightsql.dbapi as dbapi
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.flight as flight
import pytest

from conftest import put, serving

ROWS = 500_000


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("data")) as running:
        put(running.connect(), "numbers", pa.table({
            "i": pa.array(range(ROWS), pa.int64()), "s": [f"n{i % 7}" for i in range(ROWS)],
        }))
        yield running


@pytest.fixture
def db(server):
    with dbapi.connect(server.uri, autocommit=True) as connection:
        yield connection


GROUPS = "SELECT s, count(*) AS n, sum(i)::BIGINT AS total FROM numbers GROUP BY s ORDER BY s"


def expected():
    frame = pd.DataFrame({"i": range(ROWS)})
    grouped = frame.groupby("n" + (frame["i"] % 7).astype(str))["i"]
    return list(zip(grouped.count().index, grouped.count(), grouped.sum()))


def test_polars_reads_by_an_adbc_connection(db):
    frame = pl.read_database(GROUPS, db)
    assert frame.schema == {"s": pl.String, "n": pl.Int64, "total": pl.Int64}
    assert frame.rows() == expected()


def test_polars_reads_in_batches_and_with_parameters(db):
    batches = list(pl.read_database("SELECT i FROM numbers", db, iter_batches=True, batch_size=10_000))
    assert len(batches) > 1 and sum(len(b) for b in batches) == ROWS
    frame = pl.read_database("SELECT i FROM numbers WHERE i < ? ORDER BY i", db,
                             execute_options={"parameters": (3,)})
    assert frame["i"].to_list() == [0, 1, 2]


def test_polars_writes_by_an_adbc_connection(db):
    frame = pl.DataFrame({"a": [1, 2, 3], "b": ["x", "y", None]})
    assert frame.write_database("from_polars", db, engine="adbc", if_table_exists="replace") == 3
    assert frame.write_database("from_polars", db, engine="adbc", if_table_exists="append") == 3
    assert pl.read_database("SELECT DISTINCT a, b FROM from_polars ORDER BY a", db).equals(frame)


def test_pandas_reads_and_writes_by_an_adbc_connection(db):
    frame = pd.read_sql(GROUPS, db)
    assert [tuple(row) for row in frame.itertuples(index=False)] == expected()
    assert pd.read_sql("SELECT i FROM numbers WHERE s = ? AND i < 20 ORDER BY i", db, params=("n3",))["i"].tolist() == [3, 10, 17]
    source = pd.DataFrame({"a": [1, 2], "t": pd.to_datetime(["2020-01-01", "2021-01-01"])})
    assert source.to_sql("from_pandas", db, index=False, if_exists="replace") == 2
    assert source.to_sql("from_pandas", db, index=False, if_exists="append") == 2
    assert pd.read_sql("SELECT count(*) AS n FROM from_pandas", db)["n"][0] == 4
    assert pd.read_sql("SELECT max(t) AS t FROM from_pandas", db)["t"][0] == pd.Timestamp("2021-01-01")


def test_pandas_reads_with_arrow_types(db):
    frame = pd.read_sql("SELECT i, s FROM numbers WHERE i < 3 ORDER BY i", db, dtype_backend="pyarrow")
    assert [str(t) for t in frame.dtypes][0] == "int64[pyarrow]"


def endpoints(n):
    return flight.FlightCallOptions(headers=[(b"mallard-endpoints", str(n).encode())])


def test_parts_of_a_result_are_read_in_parallel_and_are_in_order(server):
    client = server.connect()
    command = flight.FlightDescriptor.for_command("SELECT i, s FROM numbers ORDER BY i DESC")
    info = client.get_flight_info(command, endpoints(4))
    assert info.ordered and info.total_records == ROWS and info.total_bytes > 0
    assert 1 < len(info.endpoints) <= 4 and all(e.expiration_time for e in info.endpoints)

    def read(endpoint):
        with server.connect() as own:
            return own.do_get(endpoint.ticket).read_all()

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        parts = list(pool.map(read, info.endpoints))
    assert pa.concat_tables(parts)["i"].to_pylist() == list(range(ROWS - 1, -1, -1))
    renewed = list(client.do_action(flight.Action(
        "RenewFlightEndpoint", flight.RenewFlightEndpointRequest(info.endpoints[0]).serialize())))
    again = flight.FlightEndpoint.deserialize(renewed[0].body.to_pybytes())
    assert again.expiration_time >= info.endpoints[0].expiration_time
    assert client.do_get(again.ticket).read_all().num_rows == len(parts[0])


def test_sql_in_a_ticket_is_one_round_trip(server):
    with server.connect() as client:
        table = client.do_get(flight.Ticket(b"SELECT s FROM numbers WHERE i = 5")).read_all()
        assert table.to_pydict() == {"s": ["n5"]}
        # a dataset's name wins over SQL
        assert client.do_get(flight.Ticket(b"numbers")).read_all().num_rows == ROWS


def test_a_schema_is_told_without_running_the_query(server):
    endless = "SELECT sum(a.i * b.i) AS x FROM numbers a, numbers b"
    with server.connect() as client:
        options = flight.FlightCallOptions(timeout=5)
        assert client.get_schema(flight.FlightDescriptor.for_command(endless), options).schema.names == ["x"]
        assert client.get_flight_info(flight.FlightDescriptor.for_command(endless), options).total_records == -1


def test_a_definition_as_a_plain_command_runs_once(server):
    with server.connect() as client:
        info = client.get_flight_info(flight.FlightDescriptor.for_command("CREATE OR REPLACE TABLE once (i INTEGER)"))
        client.do_get(info.endpoints[0].ticket).read_all()
        info = client.get_flight_info(flight.FlightDescriptor.for_command("INSERT INTO once VALUES (1), (2)"))
        for _ in range(2):
            assert client.do_get(info.endpoints[0].ticket).read_all().to_pydict() == {"Count": [2]}
        assert client.do_get(flight.Ticket(b"SELECT count(*) AS n FROM once")).read_all()["n"][0].as_py() == 2


def test_a_read_stopped_midway_frees_the_server(server):
    with server.connect() as client:
        for _ in range(20):
            reader = client.do_get(flight.Ticket(b"SELECT a.i FROM numbers a, numbers b"))
            assert reader.read_chunk().data.num_rows > 0
            reader.cancel()
        assert client.do_get(flight.Ticket(b"SELECT 1 AS one")).read_all()["one"][0].as_py() == 1
