"""A server with users and TLS: every client's way to come in, and how each is turned away."""

import json
import os
import shutil
import subprocess

import adbc_driver_flightsql.dbapi as dbapi
import adbc_driver_manager
import polars
import pyarrow as pa
import pyarrow.flight as flight
import pytest
from adbc_driver_flightsql import DatabaseOptions
from conftest import ROOT, put, serving, until

TABLE = pa.table({"n": [1, 2, 3]})
PASSWORD = "correct horse battery"


def mallard(*arguments, text=None):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MALLARD_")}
    done = subprocess.run([ROOT / "mallard", *map(str, arguments)], input=text, capture_output=True, text=True, env=environment, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


class Authority:
    """Issues certificates, by OpenSSL."""

    def __init__(self, folder, name):
        self.folder, self.name = folder, name
        self.pem = self.issue(name, "basicConstraints=critical,CA:true", "keyUsage=critical,keyCertSign", own=True)[0]

    def issue(self, name, *extensions, own=False):
        certificate, key = self.folder / f"{self.name}-{name}.pem", self.folder / f"{self.name}-{name}-key.pem"
        by = [] if own else ["-CA", self.folder / f"{self.name}-{self.name}.pem", "-CAkey", self.folder / f"{self.name}-{self.name}-key.pem"]
        command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
        command += ["-subj", f"/CN={name}", "-keyout", key, "-out", certificate, *by]
        for extension in extensions:
            command += ["-addext", extension]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            pytest.skip(f"OpenSSL 3 is needed to issue certificates: {done.stderr[:200]}")
        return certificate.read_bytes(), key.read_bytes()


class Door:
    """A server with two users, tokens, and certificates of both sides."""

    def __init__(self, server, folder, authority, clients, tokens):
        self.server, self.folder, self.roots, self.clients, self.tokens = server, folder, authority.pem, clients, tokens

    def connect(self, **options):
        return flight.connect(f"grpc+tls://localhost:{self.server.port}", **{"tls_root_certs": self.roots, **options})

    def adbc(self, **options):
        kwargs = {DatabaseOptions.TLS_ROOT_CERTS.value: self.roots.decode(), **options}
        return dbapi.connect(f"grpc+tls://localhost:{self.server.port}", db_kwargs=kwargs, autocommit=True)


@pytest.fixture(scope="module")
def door(tmp_path_factory):
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl on this machine")
    folder = tmp_path_factory.mktemp("door")
    access = folder / "access"
    authority, clients = Authority(folder, "servers"), Authority(folder, "clients")
    authority.issue("localhost", "subjectAltName=DNS:localhost,IP:127.0.0.1", "extendedKeyUsage=serverAuth")
    mallard("user", "add", "alice", "--access", access, "--password-file", "-", text=PASSWORD)
    mallard("user", "add", "eve", "--role", "read-only", "--access", access, "--password-file", "-", text=PASSWORD)
    mallard("user", "add", "frank", "--access", access, "--password-file", "-", text=PASSWORD)
    token = lambda *more: mallard("token", "create", "--user", "alice", "--quiet", "--access", access, *more)
    tokens = {"good": token(), "read-only": token("--read-only"), "expired": token("--expires", "1s"), "revoked": token()}
    mallard("token", "revoke", tokens["revoked"].split("_")[1], "--access", access)
    data = folder / "data"
    data.mkdir()
    files = ["--tls-cert", folder / "servers-localhost.pem", "--tls-key", folder / "servers-localhost-key.pem"]
    with serving(data, "--access", access, *files, "--tls-client-ca", folder / "clients-clients.pem") as running:
        assert running.uri.startswith("grpc+tls://")
        opened = Door(running, folder, authority, clients, tokens)
        with opened.connect() as client:
            put(client, "x", TABLE, options=bearer(tokens["good"]))
            until("the token is expired", lambda: isinstance(refused(lambda: get(client, bearer(tokens["expired"]))), flight.FlightUnauthenticatedError))
        yield opened


def bearer(token):
    return flight.FlightCallOptions(headers=[(b"authorization", f"Bearer {token}".encode())])


def get(client, options=None):
    return client.do_get(flight.Ticket("x"), options).read_all()


def refused(call):
    """The error that a call ends in, if any. Who fails often is asked to wait, and does."""
    ended = []

    def has_ended():
        try:
            call()
        except (flight.FlightError, pa.ArrowException, adbc_driver_manager.Error) as e:
            if "too many failed sign-ins" in str(e):
                return False
            ended.append(e)
        else:
            ended.append(None)
        return True

    until("sign-in takes another attempt", has_ended)
    return ended[0]


def requires(call, *said):
    error = refused(call)
    assert error is not None, "was let in"
    assert any(text.lower() in str(error).lower() for text in said), error
    return error


def select(connect):
    with connect() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT 1")


class Handler(flight.ClientAuthHandler):
    """As the query service's document has it."""

    def __init__(self, name, password):
        super().__init__()
        self.message = json.dumps({"username": name, "password": password}).encode()
        self.token = b""

    def authenticate(self, outgoing, incoming):
        outgoing.write(self.message)
        self.token = incoming.read()

    def get_token(self):
        return self.token


def test_pyarrow_by_name_and_password(door):
    with door.connect() as client:
        header = client.authenticate_basic_token("alice", PASSWORD)
        assert get(client, flight.FlightCallOptions(headers=[header])) == TABLE


def test_pyarrow_by_the_query_services_handshake(door):
    with door.connect() as client:
        client.authenticate(Handler("alice", PASSWORD))
        assert get(client) == TABLE


def test_pyarrow_by_token(door):
    with door.connect() as client:
        assert get(client, bearer(door.tokens["good"])) == TABLE
        assert get(client, bearer(door.tokens["read-only"])) == TABLE
        with pytest.raises(flight.FlightUnauthorizedError, match="may not"):
            put(client, "y", TABLE, options=bearer(door.tokens["read-only"]))


def test_pyarrow_by_certificate(door):
    certificate, key = door.clients.issue("carol", "extendedKeyUsage=clientAuth")
    with door.connect(cert_chain=certificate, private_key=key) as client:
        assert get(client) == TABLE


@pytest.fixture(scope="module")
def said():
    return set()


@pytest.mark.parametrize("name, password", [("frank", "wrong"), ("nobody", PASSWORD), ("frank", "")])
def test_wrong_names_and_passwords_are_told_the_same(door, said, name, password):
    with door.connect() as client:
        by_header = requires(lambda: client.authenticate_basic_token(name, password), "not signed in", "unauthenticated")
        by_handshake = requires(lambda: client.authenticate(Handler(name, password)), "not signed in", "unauthenticated")
        for error in (by_header, by_handshake):
            assert isinstance(error, flight.FlightUnauthenticatedError)
        said.add(str(by_handshake).split(" (call ")[0])
        assert len(said) == 1, said


@pytest.mark.parametrize("token", ["expired", "revoked", "another"])
def test_tokens_that_are_not_good(door, token):
    value = door.tokens.get(token, "mallard_abcdefghij_" + "x" * 40)
    with door.connect() as client, pytest.raises(flight.FlightUnauthenticatedError):
        get(client, bearer(value))
    with door.adbc(**{DatabaseOptions.AUTHORIZATION_HEADER.value: f"Bearer {value}"}) as connection:
        with connection.cursor() as cursor:
            requires(lambda: cursor.execute("SELECT 1"), "unauthenticated")


def test_nothing_shown_is_nobody(door):
    with door.connect() as client:
        for call in (
            lambda: get(client),
            lambda: list(client.list_flights()),
            lambda: list(client.list_actions()),
            lambda: put(client, "y", TABLE),
            lambda: client.get_flight_info(flight.FlightDescriptor.for_command(b"SELECT 1")),
        ):
            with pytest.raises(flight.FlightUnauthenticatedError):
                call()


def test_certificates_that_are_not_trusted(door):
    others = Authority(door.folder, "others")
    with door.connect(tls_root_certs=others.pem) as client:
        requires(lambda: get(client), "certificate_verify_failed", "certificate verify failed")
    certificate, key = others.issue("carol", "extendedKeyUsage=clientAuth")
    with door.connect(cert_chain=certificate, private_key=key) as client:
        assert isinstance(refused(lambda: get(client)), flight.FlightUnavailableError)
    with flight.connect(f"grpc+tls://127.0.0.2:{door.server.port}", tls_root_certs=door.roots) as client:
        assert refused(lambda: get(client)) is not None


def test_clear_text_to_an_encrypted_port_is_told_so(door):
    with flight.connect(f"grpc://localhost:{door.server.port}") as client:
        requires(lambda: get(client), "this port speaks TLS")
    requires(lambda: select(lambda: dbapi.connect(f"grpc://localhost:{door.server.port}", autocommit=True)), "speaks TLS")


@pytest.mark.parametrize("way", ["password", "token", "certificate"])
def test_adbc(door, way):
    certificate, key = door.clients.issue("dave", "extendedKeyUsage=clientAuth")
    options = {
        "password": {"username": "alice", "password": PASSWORD},
        "token": {DatabaseOptions.AUTHORIZATION_HEADER.value: f"Bearer {door.tokens['good']}"},
        "certificate": {
            DatabaseOptions.MTLS_CERT_CHAIN.value: certificate.decode(),
            DatabaseOptions.MTLS_PRIVATE_KEY.value: key.decode(),
        },
    }[way]
    with door.adbc(**options) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT sum(n) AS s FROM x")
        assert cursor.fetchall() == [(6,)]
        assert polars.read_database("SELECT n FROM x ORDER BY n", connection)["n"].to_list() == [1, 2, 3]


def test_adbc_is_refused(door):
    requires(lambda: select(lambda: door.adbc(username="frank", password="wrong")), "unauthenticated")
    requires(lambda: select(door.adbc), "unauthenticated")
    others = Authority(door.folder, "strangers")
    untrusted = {DatabaseOptions.TLS_ROOT_CERTS.value: others.pem.decode(), "username": "alice", "password": PASSWORD}
    requires(lambda: select(lambda: door.adbc(**untrusted)), "certificate")


def test_adbc_without_verification(door):
    with dbapi.connect(
        f"grpc+tls://127.0.0.1:{door.server.port}",
        db_kwargs={DatabaseOptions.TLS_SKIP_VERIFY.value: "true", "username": "eve", "password": PASSWORD},
        autocommit=True,
    ) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM x")
        assert cursor.fetchall() == [(3,)]
        requires(lambda: cursor.execute("CREATE TABLE y AS SELECT 1 AS i"), "may not")


def test_arrow_go(door, tmp_path_factory):
    if shutil.which("go") is None:
        pytest.skip("there is no Go on this machine")
    program = ROOT / "interop" / "target" / "go-door"
    built = subprocess.run(["go", "build", "-o", program, "./door"], cwd=ROOT / "interop" / "go", capture_output=True, text=True, timeout=600)
    if built.returncode != 0:
        pytest.skip(f"its modules are not there: {built.stderr[:200]}")
    roots = door.folder / "servers-servers.pem"
    door.clients.issue("erin", "extendedKeyUsage=clientAuth")
    pair = [door.folder / "clients-erin.pem", door.folder / "clients-erin-key.pem"]

    def go(*arguments):
        command = [program, f"localhost:{door.server.port}", *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, timeout=120)

    for way in (["password", roots, "alice", PASSWORD], ["token", roots, door.tokens["good"]], ["certificate", roots, *pair]):
        done = go(*way)
        assert done.returncode == 0 and done.stdout == "rows 3\n", (way[0], done.stderr)
    for way, said in (
        (["password", roots, "frank", "wrong"], "Unauthenticated"),
        (["token", roots, door.tokens["revoked"]], "Unauthenticated"),
        (["token", pair[0], door.tokens["good"]], "certificate"),
    ):
        ended = []

        def has_ended():
            ended.append(go(*way))
            return "too many failed sign-ins" not in ended[-1].stderr

        until("sign-in takes another attempt", has_ended)
        assert ended[-1].returncode != 0 and said in ended[-1].stderr, (way[0], ended[-1].stderr)


def test_a_certificate_of_the_servers_own_making(tmp_path):
    with serving(tmp_path, "--tls-self-signed", "--user", f"alice:{PASSWORD}", "--host", "0.0.0.0") as running:
        roots = (tmp_path / ".mallard" / "tls" / "certificate.pem").read_bytes()
        with flight.connect(f"grpc+tls://localhost:{running.port}", tls_root_certs=roots) as client:
            header = client.authenticate_basic_token("alice", PASSWORD)
            assert list(client.list_flights(options=flight.FlightCallOptions(headers=[header]))) == []
        kwargs = {DatabaseOptions.TLS_ROOT_CERTS.value: roots.decode(), "username": "alice", "password": PASSWORD}
        with dbapi.connect(f"grpc+tls://localhost:{running.port}", db_kwargs=kwargs, autocommit=True) as connection:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 42")
                assert cursor.fetchall() == [(42,)]


def test_a_removed_user_is_refused_on_an_open_connection(door):
    access = door.folder / "access"
    mallard("user", "add", "mallory", "--access", access, "--password-file", "-", text=PASSWORD)
    with door.connect() as client:
        until("the new user comes in", lambda: refused(lambda: client.authenticate_basic_token("mallory", PASSWORD)) is None)
        options = flight.FlightCallOptions(headers=[client.authenticate_basic_token("mallory", PASSWORD)])
        assert get(client, options) == TABLE
        mallard("user", "remove", "mallory", "--access", access)
        until("its token is refused", lambda: isinstance(refused(lambda: get(client, options)), flight.FlightUnauthenticatedError))
