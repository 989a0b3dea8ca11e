"""`benchmark/sign-in`: what sign-in costs those who are in, also while others try passwords.

Three tables: small gets with each way to sign in beside an open server, in turns; small gets while somebody sends wrong
passwords, beside as many health checks; and how long a wrong password takes for names that are known and unknown.
"""

import argparse
import base64
import json
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import time

import pyarrow as pa
import pyarrow.flight as flight
import pyarrow.parquet as parquet

from mallardbench import processes
from mallardbench.rounds import say
from mallardbench.stalled_readers import Memory

HERE = pathlib.Path(__file__).resolve().parent.parent
ISSUER = "https://id.example.com"
PASSWORD = "a password of some length"
NAME = "small"


def main():
    parser = argparse.ArgumentParser(prog="benchmark/sign-in", description=__doc__)
    parser.add_argument("--mallard", type=pathlib.Path, default=HERE.parent)
    parser.add_argument("--only", choices=["speed", "flood", "names"], action="append", help="default: all")
    parser.add_argument("--rounds", type=int, default=11, help="of small gets (default: 11)")
    parser.add_argument("--gets", type=int, default=300, help="in a round (default: 300)")
    parser.add_argument("--rate", type=int, default=1000, help="calls a second of a flood (default: 1000)")
    parser.add_argument("--seconds", type=float, default=30, help="how long it lasts (default: 30)")
    parser.add_argument("--names", type=int, default=200, help="wrong passwords of each kind (default: 200)")
    options = parser.parse_args()
    root = options.mallard.resolve()
    print(processes.build(root))
    work = HERE / "target/work-sign-in"
    shutil.rmtree(work, ignore_errors=True)
    folder = work / "data"
    folder.mkdir(parents=True)
    parquet.write_table(pa.table({"n": list(range(10))}), folder / f"{NAME}.parquet")
    people = People(root, work)
    wanted = options.only or ["speed", "flood", "names"]
    with processes.mallard(root, folder, HERE / "target/logs", *people.options, name="sign-in") as server:
        if "speed" in wanted:
            shutil.copytree(folder, work / "open", ignore=shutil.ignore_patterns(".mallard"))
            with processes.mallard(root, work / "open", HERE / "target/logs", name="sign-in-open") as plain:
                speed(server, plain, people, options)
        if "flood" in wanted:
            flood(server, people, options)
        if "names" in wanted:
            names(server, options)
    shutil.rmtree(work)


class People:
    """An access folder with users and a token, and an OpenID provider whose keys are in a file."""

    def __init__(self, root, work):
        access = work / "access"
        run = lambda *command: subprocess.run(
            [root / "mallard", *command, "--access", access], input=PASSWORD, text=True, check=True, capture_output=True
        ).stdout.strip()
        run("user", "add", "alice", "--password-file", "-")
        self.token = run("token", "create", "--user", "alice", "--quiet")
        self.copy_users(access / "users.yaml")
        self.key = work / "key.pem"
        subprocess.run(["openssl", "genrsa", "-out", self.key, "2048"], check=True, capture_output=True)
        modulus = subprocess.run(
            ["openssl", "rsa", "-in", self.key, "-noout", "-modulus"], check=True, capture_output=True, text=True
        ).stdout
        number = bytes.fromhex(modulus.strip().split("=")[1])
        key = {"kty": "RSA", "kid": "1", "alg": "RS256", "n": encode(number), "e": "AQAB"}
        keys = work / "keys.json"
        keys.write_text(json.dumps({"keys": [key]}))
        self.options = ["--access", access, "--oidc-issuer", ISSUER, "--oidc-audience", "mallard", "--oidc-jwks", keys]

    @staticmethod
    def copy_users(file):
        """Known names: as many as are tried, each with alice's own hash, which would take long to make anew."""
        text = file.read_text()
        found = re.search(r"^alice:.*(?:\n[ \t].*)*", text, re.MULTILINE)
        copies = [found.group(0).replace("alice", f"known{i}", 1) for i in range(100)]
        file.write_text("\n".join([text.rstrip("\n"), *copies]) + "\n")

    def jwt(self):
        claims = {"iss": ISSUER, "aud": "mallard", "sub": "bob", "exp": int(time.time()) + 36000}
        signed = encode(json.dumps({"alg": "RS256", "kid": "1"}).encode()) + "." + encode(json.dumps(claims).encode())
        signature = subprocess.run(
            ["openssl", "dgst", "-sha256", "-sign", self.key], input=signed.encode(), check=True, capture_output=True
        ).stdout
        return signed + "." + encode(signature)


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def basic(name, password):
    return b"Basic " + base64.b64encode(f"{name}:{password}".encode())


def speed(server, plain, people, options):
    signed, opened = flight.connect(server.location), flight.connect(plain.location)
    session = signed.authenticate_basic_token("alice", PASSWORD)
    sides = {
        "session token": (signed, session),
        "API token": (signed, bearer(people.token)),
        "JWT": (signed, bearer(people.jwt())),
        "Basic on each call": (signed, (b"authorization", basic("alice", PASSWORD))),
    }
    plainly = (opened, None)
    both = {side: ([], []) for side in sides}
    for turn in range(-2, options.rounds):
        for side, signed_in in sides.items():
            seconds = ([], [])
            for _ in range(options.gets * (3 if turn < 0 else 1)):
                for found, (client, header) in zip(seconds, (plainly, signed_in)):
                    found += gets(client, header, 1)  # One by one, so that either server is as busy as the other.
            if turn >= 0:
                for medians, found in zip(both[side], seconds):
                    medians.append(statistics.median(found))
    print(f"\n| small get, p50, {options.rounds} rounds of {options.gets} in turns | µs | the open server's | ratio |\n|---|---|---|---|")
    for side, (plain_medians, medians) in both.items():
        ratios = [one / other for one, other in zip(medians, plain_medians)]
        print(
            f"| {side} | {statistics.median(medians) * 1e6:.0f} | {statistics.median(plain_medians) * 1e6:.0f}"
            f" | {statistics.median(ratios):.3f} ({min(ratios):.3f} to {max(ratios):.3f}) |"
        )


def bearer(token):
    return (b"authorization", b"Bearer " + token.encode())


def gets(client, header, count):
    options = flight.FlightCallOptions(headers=[header] if header else [])
    ticket = flight.Ticket(NAME)
    seconds = []
    for _ in range(count):
        started = time.perf_counter()
        client.do_get(ticket, options).read_all()
        seconds.append(time.perf_counter() - started)
    return seconds


def flood(server, people, options):
    client = flight.connect(server.location)
    gets(client, bearer(people.token), 2000)
    print(f"\n| flood of {options.rate} calls a second for {options.seconds:g} s | sent | gets/s | p50 µs | p99 µs | live heap MB, before and after | RssAnon MB |")
    print("|---|---|---|---|---|---|---|")
    for kind in ["none", "health", "passwords", "health", "passwords"]:
        before = Memory(server)
        say(f"flood: {kind}")
        attack = None
        if kind != "none":
            command = [sys.executable, "-m", "mallardbench.flood", kind, str(server.port), str(options.rate), str(options.seconds)]
            attack = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
            time.sleep(1)
        seconds = []
        end = time.perf_counter() + options.seconds - 2
        while time.perf_counter() < end:
            seconds += gets(client, bearer(people.token), 50)
        sent = attack.communicate()[0].strip() if attack else ""
        after = Memory(server)
        ordered = sorted(seconds)
        print(
            f"| {kind} | {sent} | {len(seconds) / sum(seconds):,.0f} | {ordered[len(ordered) // 2] * 1e6:.0f}"
            f" | {ordered[len(ordered) * 99 // 100] * 1e6:.0f} | {before.heap / 1e6:.1f}, {after.heap / 1e6:.1f}"
            f" | {before.anonymous / 1e6:.0f}, {after.anonymous / 1e6:.0f} |"
        )


def names(server, options):
    """No faster than the server takes them: it makes those wait who are wrong more often."""
    client = flight.connect(server.location)
    taken = {"known": [], "unknown": []}
    waited = 0
    for i in range(options.names):
        for kind, seconds in taken.items():
            started = time.perf_counter()
            try:
                client.authenticate_basic_token(f"{kind}{i % 100}", f"wrong {i}")
            except flight.FlightUnauthenticatedError:
                seconds.append(time.perf_counter() - started)
            except flight.FlightError:
                waited += 1
            time.sleep(0.55)
    print("\n| wrong password of a name that is | calls | median ms | quartiles ms |\n|---|---|---|---|")
    for kind, seconds in taken.items():
        low, middle, high = (quartile * 1e3 for quartile in statistics.quantiles(seconds, n=4))
        print(f"| {kind} | {len(seconds)} | {middle:.1f} | {low:.1f} to {high:.1f} |")
    print(f"{waited} calls were told to wait")


if __name__ == "__main__":
    main()
