"""What protocol.md promises beyond plain get and put."""

import json

import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.flight as flight
import pyarrow.ipc as ipc
import pyarrow.parquet as pq
import pytest

from conftest import get, put, serving


def header(name, value):
    return flight.FlightCallOptions(headers=[(name.encode(), value.encode())])


def table(start, rows):
    numbers = range(start, start + rows)
    return pa.table({"id": pa.array(numbers, pa.int64()), "s": pa.array([f"v{i}" for i in numbers], pa.string())})


def test_the_receipt_names_the_version(client):
    receipt = json.loads(put(client, "receipt", table(0, 10)).to_pybytes())
    assert receipt["name"] == "receipt"
    assert receipt["rows"] == 10
    versions = [json.loads(r.body.to_pybytes()) for r in client.do_action(flight.Action("list_versions", b"receipt"))]
    assert [v["version"] for v in versions] == [receipt["version"]]


@pytest.mark.parametrize("name", ["grow.parquet", "grow.feather"])
def test_append_by_header_and_by_command(client, name):
    put(client, name, table(0, 1000))
    put(client, name, table(1000, 500), options=header("mallard-put-mode", "append"))
    writer, reader = client.do_put(
        flight.FlightDescriptor.for_command(json.dumps({"append": name})), table(0, 0).schema
    )
    with writer:
        writer.write_table(table(1500, 7))
    assert get(client, name).equals(table(0, 1507))


def test_an_append_of_other_columns_names_the_column(client):
    put(client, "strict", table(0, 10))
    with pytest.raises(pa.ArrowInvalid, match="'id'"):
        put(client, "strict", pa.table({"id": ["x"], "s": ["y"]}), options=header("mallard-put-mode", "append"))
    assert get(client, "strict").num_rows == 10


@pytest.mark.parametrize("name", ["versions.parquet", "versions.feather"])
def test_versions_are_kept_and_restored(client, name):
    put(client, name, table(0, 1))
    info = client.get_flight_info(flight.FlightDescriptor.for_path(name))
    put(client, name, table(0, 2))
    assert client.do_get(info.endpoints[0].ticket).read_all().num_rows == 1
    versions = [json.loads(r.body.to_pybytes()) for r in client.do_action(flight.Action("list_versions", name.encode()))]
    assert [v["rows"] for v in versions] == [2, 1]
    body = json.dumps({"name": name, "version": versions[1]["version"]})
    list(client.do_action(flight.Action("restore_version", body.encode())))
    assert get(client, name).num_rows == 1


@pytest.mark.parametrize("name", ["parts.parquet", "parts.feather"])
def test_endpoints_are_ordered_ranges(client, name):
    put(client, name, table(0, 500_000), max_chunksize=10_000)
    info = client.get_flight_info(flight.FlightDescriptor.for_path(name), header("mallard-endpoints", "4"))
    assert len(info.endpoints) == 4
    parts = [client.do_get(e.ticket).read_all() for e in info.endpoints]
    assert pa.concat_tables(parts).equals(table(0, 500_000))


@pytest.mark.parametrize("name", ["resume.parquet", "resume.feather"])
def test_a_ticket_is_narrowed_to_resume(client, name):
    put(client, name, table(0, 300_000), max_chunksize=10_000)
    info = client.get_flight_info(flight.FlightDescriptor.for_path(name))
    batches = [chunk.data for chunk in client.do_get(info.endpoints[0].ticket)]
    ticket = json.loads(info.endpoints[0].ticket.ticket)
    arrived = batches[0].num_rows + batches[1].num_rows
    for row in (arrived, arrived - 7, arrived + 7):
        ticket["from_row"] = row
        rest = client.do_get(flight.Ticket(json.dumps(ticket))).read_all()
        assert rest.equals(table(row, 300_000 - row))
    ticket["version"] = "20200101T000000.000000Z-00000000"
    with pytest.raises(pa.ArrowKeyError, match="gone"):
        client.do_get(flight.Ticket(json.dumps(ticket))).read_all()


def mixed(start, rows):
    numbers = range(start, start + rows)
    return pa.table(
        {
            "id": pa.array(numbers, pa.int64()),
            "color": pa.array([f"color {i // 20_000}" for i in numbers]).dictionary_encode(),
            "s": pa.array([None if i % 7 == 0 else "x" * (i % 50) for i in numbers], pa.string()),
            "flag": pa.array([i % 3 == 0 for i in numbers]),
        }
    )


def values(one):
    """Without the dictionaries, which may be larger than the rows need."""
    return one.set_column(1, "color", one["color"].cast(pa.string())).combine_chunks()


@pytest.mark.parametrize("stored", ["plain", "lz4"])
@pytest.mark.parametrize("name", ["broken.parquet", "broken.feather"])
def test_a_transfer_is_resumed_at_any_row_by_a_server_that_cuts_otherwise(tmp_path, name, stored):
    """Dictionaries that grow, batches without rows, compressed both ways, before and after a restart."""
    schema = mixed(0, 1).schema
    parts = [mixed(start, 30_000) for start in range(0, 120_000, 30_000)]
    expected = values(pa.concat_tables(parts))
    options = None if stored == "plain" else flight.FlightCallOptions(write_options=ipc.IpcWriteOptions(compression=stored))
    with serving(tmp_path, "--max-message-size", "256KiB") as server, server.connect() as client:
        writer, _ = client.do_put(flight.FlightDescriptor.for_path(name), schema, options=options)
        with writer:
            for part in parts:
                writer.write_table(part)
                writer.write_table(part.slice(0, 0))
        ticket = json.loads(client.get_flight_info(flight.FlightDescriptor.for_path(name)).endpoints[0].ticket.ticket)
        arrived = [chunk.data.num_rows for chunk in client.do_get(flight.Ticket(json.dumps(ticket)))]
        assert sum(arrived) == 120_000
    boundaries = [sum(arrived[:i]) for i in range(0, len(arrived) + 1, 3)] + [1, 29_999, 30_001, 77_777, 119_999]
    for size in ("64KiB", "16MiB"):
        with serving(tmp_path, "--max-message-size", size) as server, server.connect() as client:
            for row in boundaries:
                for codec in ("none", "lz4"):
                    rest = client.do_get(
                        flight.Ticket(json.dumps({**ticket, "from_row": row})), header("mallard-compression", codec)
                    ).read_all()
                    assert values(rest).equals(expected.slice(row).combine_chunks()), (row, codec)


@pytest.mark.parametrize("codec", ["lz4", "zstd"])
@pytest.mark.parametrize("name", ["squeezed.parquet", "squeezed.feather"])
def test_compression_both_ways(client, name, codec):
    expected = table(0, 100_000)
    descriptor = flight.FlightDescriptor.for_path(name)
    options = flight.FlightCallOptions(write_options=ipc.IpcWriteOptions(compression=codec))
    writer, _ = client.do_put(descriptor, expected.schema, options=options)
    with writer:
        writer.write_table(expected)
    assert get(client, name).equals(expected)
    assert get(client, name, header("mallard-compression", codec)).equals(expected)


def test_feather_keeps_batches_and_app_metadata(client):
    batches = table(0, 10).to_batches(max_chunksize=3)
    writer, reader = client.do_put(flight.FlightDescriptor.for_path("kept.feather"), batches[0].schema)
    with writer:
        for i, batch in enumerate(batches):
            writer.write_with_metadata(batch, f"batch {i}".encode())
            assert reader.read().to_pybytes() == f"batch {i}".encode()
        writer.done_writing()
    chunks = list(client.do_get(flight.Ticket("kept.feather")))
    assert [c.data.num_rows for c in chunks] == [3, 3, 3, 1]
    assert [c.app_metadata.to_pybytes() for c in chunks] == [b"batch 0", b"batch 1", b"batch 2", b"batch 3"]


def test_files_that_others_drop_in_are_served(client, folder):
    expected = table(0, 1000)
    pq.write_table(expected, folder / "dropped.parquet")
    feather.write_feather(expected, str(folder / "dropped_lz4.feather"))
    feather.write_feather(expected, str(folder / "dropped_plain.arrow"), compression="uncompressed")
    (folder / "broken.parquet").write_bytes(b"not parquet")
    names = [i.descriptor.path[0].decode() for i in client.list_flights(b"dropped")]
    assert names == ["dropped.parquet", "dropped_lz4.feather", "dropped_plain.arrow"]
    for name in names:
        assert get(client, name).equals(expected)
    with pytest.raises(pa.ArrowException, match="not a Parquet file"):
        client.get_flight_info(flight.FlightDescriptor.for_path("broken"))


def test_a_folder_of_files_is_one_dataset(client, folder):
    pq.write_to_dataset(
        pa.table({"x": [1, 2, 3, 4], "year": [2025, 2025, 2026, 2026]}), folder / "hive", partition_cols=["year"]
    )
    back = get(client, "hive")
    assert sorted(back.to_pylist(), key=lambda r: r["x"]) == [
        {"x": 1, "year": 2025},
        {"x": 2, "year": 2025},
        {"x": 3, "year": 2026},
        {"x": 4, "year": 2026},
    ]


@pytest.mark.parametrize(
    "name", ["../x", "a/../b", "", "a//b", ".hidden", "a%2e%2e", "x" * 300, "a\\b", "nul\0", "a／b", ".mallard/lock"]
)
def test_bad_names_are_refused(client, name):
    with pytest.raises(pa.ArrowInvalid) as refused:
        client.get_flight_info(flight.FlightDescriptor.for_path(name))
    assert "/tmp" not in str(refused.value)
    with pytest.raises(pa.ArrowInvalid):
        put(client, name, table(0, 1))


def test_unknown_things_say_what_is_known(client):
    with pytest.raises(pa.ArrowKeyError, match="no dataset 'nothing'"):
        client.get_flight_info(flight.FlightDescriptor.for_path("nothing"))
    with pytest.raises(pa.ArrowNotImplementedError, match="drop_dataset"):
        list(client.do_action(flight.Action("explode", b"")))


def test_sigterm_ends_with_zero(tmp_path):
    with serving(tmp_path) as running:
        assert running.stop() == 0
