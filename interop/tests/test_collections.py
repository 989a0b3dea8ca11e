"""Every file of Apache's collections, served from one folder: the values are pyarrow's, by SQL DuckDB's."""

import pathlib
import shutil

import conftest
import duckdb
import pyarrow as pa
import pyarrow.flight as flight
import pyarrow.ipc as ipc
import pyarrow.parquet as pq
import pytest

DATA = conftest.ROOT.parent / "shared" / "data"
pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="Apache's test files are not there: ../shared/data beside the checkout")

# Seconds in which everything must be answered or refused.
SOON = flight.FlightCallOptions(timeout=5)

DATA_LOSS = "data loss"
UNIMPLEMENTED = "unimplemented"
EXHAUSTED = "exhausted"

# What get refuses, by a part of the file's name, and with which code.
REFUSED = {
    "bad-ARROW-GH-41317": DATA_LOSS,
    "bad-ARROW-GH-41321": DATA_LOSS,
    "bad-ARROW-GH-45185": DATA_LOSS,
    "bad-ARROW-GH-47662": DATA_LOSS,
    "bad-ARROW-RS-GH-6229-DICTHEADER": DATA_LOSS,
    "bad-ARROW-RS-GH-6229-LEVELS": DATA_LOSS,
    "bad-PARQUET-1481": DATA_LOSS,
    "datapage_v1-corrupt-checksum": DATA_LOSS,
    "rle-dict-uncompressed-corrupt-checksum": DATA_LOSS,
    "large_string_map.brotli": EXHAUSTED,
    "encrypted-": UNIMPLEMENTED,
    "bigendian": UNIMPLEMENTED,
    "decimal32": UNIMPLEMENTED,
    "decimal64": UNIMPLEMENTED,
}

# What pyarrow does not read: a map whose keys are not required.
NOT_BY_PYARROW = ["incorrect_map_schema"]

# Files that SQL does not read: see docs/protocol.md. Maps, encodings and shredded variants that DuckDB does not read.
NOT_IN_SQL = ["map_no_value", "byte_stream_split_extended", "case-041", "case-087", "case-125", "case-088", "case-128", "case-131",
              "case-132", "case-138"]

# Files with columns that SQL does not have, while it has the others.
COLUMNS_NOT_IN_SQL = ["union", "list_view", "run_end_encoded", "nested_dictionary", "interval", "littleendian-datetime", "0.14.1-datetime",
                      "decimal256", "duration"]

# What SQL shows by names of its own.
OTHERWISE_IN_SQL = ["duplicate_fieldnames"]


def collection():
    parquet = DATA / "parquet-testing"
    for path in sorted(parquet.rglob("*.parquet")):
        kind = {"bad_data": "bad-", "data": "", "shredded_variant": ""}[path.relative_to(parquet).parts[0]]
        yield kind + path.name, path
    for path in sorted(parquet.rglob("*.parquet.encrypted")):
        name = "-".join(path.relative_to(parquet / "data").parts)
        yield "encrypted-" + name.removesuffix(".encrypted"), path
    for path in sorted((DATA / "arrow-testing").rglob("*.arrow_file")):
        stem = path.name.removeprefix("generated_").removesuffix(".arrow_file")
        yield f"{path.parent.name}-{stem}.arrow", path


FILES = dict(collection()) if DATA.is_dir() else {}


def refusal(name):
    return next((code for part, code in REFUSED.items() if part in name), None)


READ = [name for name in FILES if not refusal(name)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("collections")
    for name, path in FILES.items():
        shutil.copy(path, folder / name)
    return folder


def theirs(name):
    path = FILES[name]
    return ipc.open_file(path).read_all() if name.endswith(".arrow") else pq.read_table(path)


def same(ours, expected):
    """By Arrow where it can tell, else (NaN is not itself) by the values' texts."""
    return ours.equals(expected) or [repr(v) for v in ours.to_pylist()] == [repr(v) for v in expected.to_pylist()]


def test_everything_that_can_be_read_is_listed(client):
    listed = {"/".join(step.decode() for step in info.descriptor.path) for info in client.list_flights()}
    missing = [name for name in READ if name not in listed and name.rsplit(".", 1)[0] not in listed]
    assert not missing


@pytest.mark.parametrize("name", [n for n in READ if not any(part in n for part in NOT_BY_PYARROW)])
def test_the_values_are_those_that_pyarrow_reads(client, name):
    expected = theirs(name)
    table = client.do_get(flight.Ticket(name), SOON).read_all()
    assert table.schema.equals(expected.schema)
    for ours, other in zip(table.columns, expected.columns):
        assert same(ours, other)


@pytest.mark.parametrize("name", [n for n in FILES if refusal(n)])
def test_what_is_damaged_or_not_supported_is_refused_soon_and_rightly(client, name):
    with pytest.raises((flight.FlightError, pa.ArrowException)) as caught:
        client.do_get(flight.Ticket(name), SOON).read_all()
    assert refusal(name) in str(caught.value).lower()
    assert ("damaged" in str(caught.value)) == (refusal(name) == DATA_LOSS)


@pytest.mark.parametrize("name", [n for n in READ if not any(part in n for part in NOT_IN_SQL + COLUMNS_NOT_IN_SQL)])
def test_sql_gives_what_duckdb_gives(client, name):
    query = "SELECT COLUMNS(*)::VARCHAR FROM "
    stem = name.rsplit(".", 1)[0]
    table = client.do_get(flight.Ticket(f'{query}"{stem}"'.encode()), SOON).read_all()
    found = list(zip(*[column.to_pylist() for column in table.columns]))
    if any(part in name for part in OTHERWISE_IN_SQL):
        assert len(found) == theirs(name).num_rows
        return
    local = duckdb.connect()
    if name.endswith(".arrow"):
        local.register("t", theirs(name))
    else:
        local.sql(f"CREATE VIEW t AS FROM read_parquet('{FILES[name]}')")
    expected = local.sql(query + "t").fetchall()
    assert sorted(found, key=repr) == sorted(expected, key=repr)


def sql(client, query):
    return client.do_get(flight.Ticket(query.encode()), SOON).read_all()


@pytest.mark.parametrize("name", [n for n in READ if any(part in n for part in COLUMNS_NOT_IN_SQL)])
def test_a_column_that_sql_does_not_have_is_refused_by_name_and_no_other(client, name):
    stem = name.rsplit(".", 1)[0]
    rows = theirs(name).num_rows
    assert sql(client, f'SELECT count(*) FROM "{stem}"')[0].to_pylist() == [rows]
    types = {row["column_name"]: row["column_type"] for row in sql(client, f'DESCRIBE "{stem}"').to_pylist()}
    stored = theirs(name).column_names  # Those of one name are told apart in SQL.
    assert len(types) == len(stored)
    refused = []
    for column, own in zip(types, stored):
        try:
            assert sql(client, f'SELECT "{column}"::VARCHAR FROM "{stem}"').num_rows == rows
        except pa.ArrowNotImplementedError as error:
            assert f"column '{own}' of dataset '{stem}' (" in str(error)
            refused.append(column)
    if refused:
        with pytest.raises(pa.ArrowNotImplementedError, match="not available in SQL"):
            sql(client, f'SELECT * FROM "{stem}" WHERE true')
    if 0 < len(refused) < len(types):
        names = ", ".join(f'"{column}"' for column in refused)
        assert sql(client, f'SELECT * EXCLUDE ({names}) FROM "{stem}"').num_rows == rows


def test_types_are_listed_as_they_are_before_and_after_a_dataset_was_read(tmp_path):
    folder = tmp_path / "fresh"
    folder.mkdir()
    for name in READ:
        shutil.copy(FILES[name], folder / name)
    listing = ("SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_catalog = 'datasets'"
               " ORDER BY ALL")
    with conftest.serving(folder) as server:
        with server.connect() as fresh:
            before = sql(fresh, listing).to_pylist()
            assert before
            for name in READ:
                if not any(part in name for part in NOT_IN_SQL):
                    stem = name.rsplit(".", 1)[0]
                    sql(fresh, f'SELECT count(*) FROM "{stem}"')
            assert sql(fresh, listing).to_pylist() == before


@pytest.mark.parametrize("name", [n for n in READ if n.endswith(".arrow")])
def test_what_feather_holds_is_put_and_read_again(client, name):
    stream = pathlib.Path(str(FILES[name]).replace(".arrow_file", ".stream"))
    sent = ipc.open_stream(stream).read_all()
    conftest.put(client, "put/" + name, sent)
    back = conftest.get(client, "put/" + name)
    assert back.schema.equals(sent.schema, check_metadata=True)
    assert all(same(ours, other) for ours, other in zip(back.columns, sent.columns))
