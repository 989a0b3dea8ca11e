"""Bulk ingest by ADBC: what fits a table, what does not, and columns of every encoding."""

import adbc_driver_flightsql.dbapi as dbapi
import adbc_driver_manager
import pyarrow as pa
import pytest

from conftest import serving


@pytest.fixture(scope="module")
def db(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("data")) as running:
        with dbapi.connect(running.uri, autocommit=True) as connection:
            yield connection


@pytest.fixture
def table(db, request):
    name = "t_" + "".join(c if c.isalnum() else "_" for c in request.node.name)
    yield name
    rows(db, f'DROP TABLE IF EXISTS "{name}"')


def ingest(db, name, data, mode):
    with db.cursor() as cursor:
        return cursor.adbc_ingest(name, data, mode=mode)


def rows(db, sql):
    with db.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetch_arrow_table()


MISFITS = [
    (pa.table({"a": [1], "c": ["x"]}), "'c'"),
    (pa.table({"c": [1]}), "'c'"),
    (pa.table({"a": [1], "b": ["x"], "c": [1], "d": [2]}), "'c', 'd'"),
    (pa.table([pa.array([1]), pa.array([2])], names=["a", "A"]), "'A'"),
    (pa.table({"a": [{"x": 1}], "b": ["x"]}), "STRUCT(x BIGINT) -> BIGINT"),
]


@pytest.mark.parametrize("data, words", MISFITS, ids=range(len(MISFITS)))
@pytest.mark.parametrize("mode", ["append", "create_append"])
def test_a_schema_that_does_not_fit_exists_already(db, table, mode, data, words):
    good = pa.table({"a": [1, 2], "b": ["x", "y"]})
    ingest(db, table, good, "create")
    with pytest.raises(adbc_driver_manager.Error) as error:
        ingest(db, table, data, mode)
    assert error.value.status_code == adbc_driver_manager.AdbcStatusCode.ALREADY_EXISTS
    assert words in str(error.value)
    assert rows(db, f"SELECT * FROM {table}").to_pydict() == good.to_pydict(), "nothing came in"
    assert ingest(db, table, good, "append") == 2


def test_what_fits_by_name_and_casts_comes_in(db, table):
    ingest(db, table, pa.table({"a": pa.array([1], pa.int64()), "b": ["x"]}), "create")
    for data in (pa.table({"B": ["y"], "A": [2]}), pa.table({"a": pa.array([3], pa.int8())}), pa.table({"a": ["4"], "b": [5]})):
        assert ingest(db, table, data, "append") == 1
    assert rows(db, f"SELECT * FROM {table} ORDER BY a").to_pydict() == {"a": [1, 2, 3, 4], "b": ["x", "y", None, "5"]}
    with pytest.raises(adbc_driver_manager.Error, match="(?s)not a number.*a") as error:
        ingest(db, table, pa.table({"a": ["not a number"]}), "append")
    assert error.value.status_code == adbc_driver_manager.AdbcStatusCode.INVALID_ARGUMENT


ENCODED = [
    (pa.array(["a", "b", None, "a"]).dictionary_encode(), pa.string()),
    (pa.array([5, None, 5], pa.int16()).dictionary_encode(), pa.int16()),
    (pa.RunEndEncodedArray.from_arrays([2, 3], pa.array([1, None])), pa.int64()),
    (pa.array(["x", "longer than twelve bytes", None], pa.string_view()), pa.string()),
    (pa.array([b"x", None], pa.binary_view()), pa.binary()),
    (pa.array(["x", None], pa.large_string()), pa.string()),
    (pa.StructArray.from_arrays([pa.array(["a", "b"]).dictionary_encode()], ["d"]), pa.struct([("d", pa.string())])),
]


@pytest.mark.parametrize("values, arrives", ENCODED, ids=[str(e[0].type) for e in ENCODED])
def test_columns_of_every_encoding(db, table, values, arrives):
    data = pa.table({"v": values})
    assert ingest(db, table, data, "create") == len(values)
    assert ingest(db, table, data, "append") == len(values)
    read = rows(db, f"SELECT * FROM {table}")
    plain = pa.compute.run_end_decode(values) if pa.types.is_run_end_encoded(values.type) else values
    assert read.schema.field("v").type == arrives
    assert read.column("v").to_pylist() == plain.to_pylist() * 2


@pytest.mark.parametrize("data, words", [
    (pa.table({"big": pa.array([1], pa.decimal256(50, 0))}), "'big'"),
    (pa.table({"half": pa.array([1.5], pa.float16())}), "'half'"),
    (pa.table({"l": pa.array([[1.5]], pa.list_(pa.float16()))}), "'l'"),
    (pa.table([pa.array([1]), pa.array([2])], names=["a", "A"]), "'A'"),
    (pa.table({"": [1]}), "no name"),
])
def test_what_a_table_cannot_hold_is_refused_by_name(db, table, data, words):
    with pytest.raises(adbc_driver_manager.Error) as error:
        ingest(db, table, data, "create")
    assert words in str(error.value) and "internal error" not in str(error.value)
    assert rows(db, f"SELECT count(*) FROM duckdb_tables() WHERE table_name = '{table}'").to_pydict() == {"count_star()": [0]}
