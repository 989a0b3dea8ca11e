"""The clients of the four systems that Mallard replaces, calling as they really call."""

import queue
import threading

import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.flight as flight
import pyarrow.parquet as pq
import pytest

from conftest import serving


def demo_table(rows):
    return pa.table(
        {
            "id": pa.array(range(rows), pa.int64()),
            "is_active": pa.array([None if i % 7 == 0 else i % 2 == 0 for i in range(rows)]),
            "name": pa.array([f"user_{i}" for i in range(rows)]),
            "metadata": pa.array(
                [None if i % 5 == 0 else {"source": "web", "score": i / 2} for i in range(rows)],
                pa.struct([("source", pa.string()), ("score", pa.float64())]),
            ),
        }
    )


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("feather")
    table = demo_table(10_000)
    feather.write_feather(table, str(folder / "sql_data.feather"), chunksize=1000)
    with serving("--dataset", f"large_table={folder / 'sql_data.feather'}") as running:
        yield running, table


class TestFeatherExamples:
    """The sequential client and the pipeline client, on `--dataset large_table=sql_data.feather`."""

    def test_sequential_client(self, served):
        running, table = served
        client = flight.connect(running.uri)
        assert [i.descriptor.path for i in client.list_flights()] == [[b"large_table"]]
        info = client.get_flight_info(flight.FlightDescriptor.for_path("large_table"))
        assert info.schema == table.schema
        reader = client.do_get(info.endpoints[0].ticket)
        batches = []
        for chunk in reader:
            batches.append(chunk.data)
        assert len(batches) == 10
        assert pa.Table.from_batches(batches) == table

    def test_pipeline_client(self, served):
        running, table = served
        client = flight.connect(running.uri)
        info = client.get_flight_info(flight.FlightDescriptor.for_path("large_table"))
        fetched, computed, logged = queue.Queue(maxsize=2), queue.Queue(maxsize=2), []

        def network():
            for chunk in client.do_get(info.endpoints[0].ticket):
                fetched.put(chunk.data)
            fetched.put(None)

        def compute():
            while (batch := fetched.get()) is not None:
                computed.put({c: batch.column(c).null_count for c in batch.schema.names})
            computed.put(None)

        def sink():
            while (counts := computed.get()) is not None:
                logged.append(counts)

        threads = [threading.Thread(target=stage) for stage in (network, compute, sink)]
        [t.start() for t in threads]
        [t.join(60) for t in threads]
        assert sum(c["is_active"] for c in logged) == table["is_active"].null_count
        assert sum(c["metadata"] for c in logged) == table["metadata"].null_count


class TestCookbook:
    def test_parquet_storage_service(self, folder, server):
        client = flight.connect(server.uri)
        data_table = pa.table([["Mario", "Luigi", "Peach"]], names=["Character"])
        upload_descriptor = flight.FlightDescriptor.for_path("uploaded.parquet")
        writer, _ = client.do_put(upload_descriptor, data_table.schema)
        writer.write_table(data_table)
        writer.close()
        assert pq.read_table(folder / "uploaded.parquet") == data_table

        info = client.get_flight_info(upload_descriptor)
        assert info.descriptor.path[0].decode("utf-8") == "uploaded.parquet"
        assert info.total_records == 3
        assert info.total_bytes > 0
        assert str(info.schema) == "Character: string"

        read_table = client.do_get(info.endpoints[0].ticket).read_all()
        assert read_table == data_table
        assert read_table.to_pandas()["Character"].tolist() == ["Mario", "Luigi", "Peach"]

        client.do_action(flight.Action("drop_dataset", "uploaded.parquet".encode("utf-8")))
        try:
            list(client.do_action(flight.Action("drop_dataset", "uploaded.parquet".encode("utf-8"))))
        except Exception:
            pass
        assert [i for i in client.list_flights()] == []
        assert not (folder / "uploaded.parquet").exists()

    def test_streaming_parquet_storage_service(self, folder, server):
        client = flight.connect(server.uri)
        batches, rows = 1024, 4096
        upload_descriptor = flight.FlightDescriptor.for_path("streamed.parquet")
        batch = pa.record_batch([pa.array(range(rows))], names=["ints"])
        writer, _ = client.do_put(upload_descriptor, batch.schema)
        with writer:
            for _ in range(batches):
                writer.write_batch(batch)
        info = client.get_flight_info(upload_descriptor)
        total = 0
        for chunk in client.do_get(info.endpoints[0].ticket):
            total += chunk.data.num_rows
        assert total == batches * rows == 4_194_304
        metadata = pq.read_metadata(folder / "streamed.parquet")
        assert metadata.num_row_groups <= 40


class TestBenchmarkAndDemo:
    def test_benchmark_client(self, tmp_path):
        with serving(tmp_path) as running:
            client = flight.connect(running.uri)
            tables = {
                "/my_app/user_sessions": pa.table({"user": ["a", "b", "c"], "clicks": [1, 2, 3]}),
                "/reports/daily_sales": pa.table({"day": ["mo", "tu"], "sum": [1.5, 2.5]}),
            }
            for name, table in tables.items():
                descriptor = flight.FlightDescriptor.for_path(name)
                writer, reader = client.do_put(descriptor, table.schema)
                writer.write_table(table)
                writer.close()
                reader.read()
            found = [flight_info.descriptor.path[0].decode() for flight_info in client.list_flights()]
            assert found == ["/my_app/user_sessions", "/reports/daily_sales"]
            table = client.do_get(flight.Ticket("/reports/daily_sales")).read_all()
            assert table == tables["/reports/daily_sales"]

            rows = 131_072
            upload = pa.table({"id": pa.array(range(rows)), "data": pa.array([f"row-{i}" for i in range(rows)])})
            for i in range(100):
                writer, reader = client.do_put(
                    flight.FlightDescriptor.for_path(f"/benchmark/batch_{i}"), upload.schema
                )
                writer.write_table(upload)
                writer.close()
                reader.read()
            assert len(list(client.list_flights())) == 102
            assert client.do_get(flight.Ticket("/benchmark/batch_99")).read_all() == upload
