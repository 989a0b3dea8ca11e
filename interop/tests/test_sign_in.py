"""An open server takes the credentials that clients insist on, in all the ways they send them."""

import json

import adbc_driver_flightsql.dbapi as dbapi
import pyarrow as pa
import pyarrow.flight as flight
import pytest
from conftest import put

TABLE = pa.table({"n": [1, 2, 3]})


@pytest.fixture(scope="module", autouse=True)
def data(server):
    with server.connect() as client:
        put(client, "x", TABLE)


class Handler(flight.ClientAuthHandler):
    """As the query service's document has it, with messages of one's own."""

    def __init__(self, *messages):
        super().__init__()
        self.messages = messages
        self.token = b""

    def authenticate(self, outgoing, incoming):
        for message in self.messages:
            outgoing.write(message)
        if self.messages:
            self.token = incoming.read()

    def get_token(self):
        return self.token


BASIC = flight.BasicAuth("alice", "secret").serialize()
JSON = json.dumps({"username": "alice", "password": "secret"}).encode()


@pytest.mark.parametrize(
    "messages",
    [(BASIC,), (JSON,), (b"",), (b"alice", b"secret"), (b"\xff\x00 of our own",), ()],
    ids=["arrow", "json", "empty", "one by one", "unknown", "silent"],
)
def test_authenticate_with_a_handler(server, messages):
    with server.connect() as client:
        handler = Handler(*messages)
        client.authenticate(handler)
        assert bool(handler.token) == bool(messages)
        assert client.do_get(flight.Ticket("x")).read_all() == TABLE


def test_authenticate_basic_token(server):
    with server.connect() as client:
        header = client.authenticate_basic_token("alice", "secret")
        assert header[0] == b"authorization" and header[1].startswith(b"Bearer ")
        options = flight.FlightCallOptions(headers=[header])
        assert client.do_get(flight.Ticket("x"), options).read_all() == TABLE


def test_a_handshake_that_is_too_large_is_refused(server):
    with server.connect() as client:
        with pytest.raises((pa.ArrowInvalid, flight.FlightError), match="bytes"):
            client.authenticate(Handler(b"x" * (10 << 20)))
        assert client.do_get(flight.Ticket("x")).read_all() == TABLE


@pytest.mark.parametrize(
    "options",
    [
        {"username": "alice", "password": "secret"},
        {"adbc.flight.sql.authorization_header": "Bearer made-elsewhere"},
    ],
    ids=["user", "token"],
)
def test_adbc(server, options):
    with dbapi.connect(server.uri, db_kwargs=options, autocommit=True) as connection:
        with connection.cursor() as cursor:
            cursor.execute("SELECT sum(n) FROM x")
            assert cursor.fetchone()[0] == 6
