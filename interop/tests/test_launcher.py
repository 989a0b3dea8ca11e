"""Which Java the launcher takes, and what it makes of it. Most of those of these tests say only what they were called with."""

import os
import pathlib
import shutil
import subprocess
import sys

import pytest

from conftest import serving, until

MALLARD = pathlib.Path(__file__).resolve().parents[2] / "mallard"
SAYS = '#!/bin/sh\ncase " $* " in *" -version "*) {version} ;; *) echo "$0"; printf "%s\\n" "$@" ;; esac\n'


@pytest.fixture
def launcher(tmp_path):
    """A release of nothing but the launcher, below a folder with a space in its name."""
    home = tmp_path / "a release"
    (home / "lib").mkdir(parents=True)
    return pathlib.Path(shutil.copy(MALLARD, home / "mallard"))


def jdk(folder, version=None, said=None, runs=True):
    """A folder as a JDK's. version: what its file says (None: there is no such file); said: what it answers when it is asked."""
    java = folder / "bin" / "java"
    java.parent.mkdir(parents=True)
    java.write_text(SAYS.format(version=f"echo '    java.version = {said}' >&2" if said else "exit 1"))
    java.chmod(0o755 if runs else 0o644)
    if version is not None:
        (folder / "release").write_text(f'IMPLEMENTOR="Nobody"\nJAVA_VERSION="{version}"\nOS_NAME="Linux"\n')
    return folder


@pytest.fixture
def tools(tmp_path):
    """What a launcher needs besides Java: PATH has nothing else."""
    folder = tmp_path / "tools"
    folder.mkdir()
    for name in ("sh", "readlink", "dirname", "sed", "find", "head", "cut", "cksum", "stty", "mv", "rm"):
        (folder / name).symlink_to(shutil.which(name))
    return folder


def run(launcher, tools, *path, **variables):
    environment = {"PATH": ":".join(map(str, [*path, tools])), "MALLARD_NO_ARCHIVE": "1", "LC_ALL": "C.UTF-8"}
    environment |= {name: str(value) for name, value in variables.items()}
    return subprocess.run([launcher, "list"], env=environment, capture_output=True, text=True, timeout=60)


def taken(done):
    """The java that was run, and why."""
    assert done.returncode == 0, done.stderr
    java, *arguments = done.stdout.splitlines()
    reason = [word.removeprefix("-Dmallard.java=") for word in arguments if word.startswith("-Dmallard.java=")]
    return pathlib.Path(java).parent.parent, *reason


def test_the_newest_is_taken_wherever_it_is(launcher, tools, tmp_path):
    old, new = jdk(tmp_path / "17", "17.0.9"), jdk(tmp_path / "25", "25.0.1")
    assert taken(run(launcher, tools, old / "bin", JAVA_HOME=new)) == (new, "JAVA_HOME; the newest of 2 found")
    assert taken(run(launcher, tools, new / "bin", JAVA_HOME=old)) == (new, "PATH; the newest of 2 found")
    assert taken(run(launcher, tools, old / "bin", new / "bin")) == (new, "PATH; the newest of 2 found")
    assert taken(run(launcher, tools, new / "bin", old / "bin")) == (new, "PATH; the newest of 2 found")


@pytest.mark.parametrize(
    "older, newer",
    [("17.0.9", "17.0.15"), ("25", "25.0.1"), ("9.0.4", "21.0.2"), ("21.0.10", "25"), ("1.8.0_402", "17"), ("25.0.1", "26-ea")],
)
def test_versions_are_compared_number_by_number(launcher, tools, tmp_path, older, newer):
    old, new = jdk(tmp_path / "old", older), jdk(tmp_path / "new", newer)
    for path in ([old, new], [new, old]):
        assert taken(run(launcher, tools, *(home / "bin" for home in path)))[0] == new


def test_of_two_alike_the_first_is_taken_and_one_that_is_there_twice_counts_once(launcher, tools, tmp_path):
    first, second = jdk(tmp_path / "first", "25.0.1"), jdk(tmp_path / "second", "25.0.1")
    assert taken(run(launcher, tools, second / "bin", JAVA_HOME=first)) == (first, "JAVA_HOME; the newest of 2 found")
    links = tmp_path / "links"
    links.mkdir()
    (links / "java").symlink_to(first / "bin" / "java")
    done = run(launcher, tools, links, first / "bin", JAVA_HOME=first)
    assert taken(done) == (first, "JAVA_HOME; the only one found")


def test_mallard_java_home_is_taken_alone(launcher, tools, tmp_path):
    old, new = jdk(tmp_path / "17", "17.0.9"), jdk(tmp_path / "25", "25.0.1")
    assert taken(run(launcher, tools, new / "bin", JAVA_HOME=new, MALLARD_JAVA_HOME=old)) == (old, "MALLARD_JAVA_HOME")
    none = run(launcher, tools, new / "bin", MALLARD_JAVA_HOME=tmp_path / "nothing")
    assert none.returncode == 1 and f"no Java in MALLARD_JAVA_HOME, {tmp_path / 'nothing'};" in none.stderr
    ancient = run(launcher, tools, new / "bin", MALLARD_JAVA_HOME=jdk(tmp_path / "11", "11.0.2"))
    assert ancient.returncode == 1 and "Java 11.0.2 is too old; install a JDK 17 or later" in ancient.stderr


def test_a_space_in_the_path_does_not_matter(launcher, tools, tmp_path):
    old, new = jdk(tmp_path / "an old one", "17"), jdk(tmp_path / "a new one", "25")
    assert taken(run(launcher, tools, new / "bin", JAVA_HOME=old))[0] == new
    assert taken(run(launcher, tools, old / "bin", JAVA_HOME=new))[0] == new
    assert taken(run(launcher, tools, MALLARD_JAVA_HOME=new))[0] == new


def test_one_without_the_file_is_asked(launcher, tools, tmp_path):
    old, new = jdk(tmp_path / "old", "17.0.9"), jdk(tmp_path / "asked", said="21.0.3")
    assert taken(run(launcher, tools, old / "bin", new / "bin"))[0] == new
    nothing = jdk(tmp_path / "nothing in it", said="25.0.2")
    (nothing / "release").write_text("SOURCE=x\n")
    assert taken(run(launcher, tools, old / "bin", new / "bin", nothing / "bin"))[0] == nothing


def test_broken_ones_are_passed_over(launcher, tools, tmp_path):
    good = jdk(tmp_path / "good", "17.0.9")
    broken = [
        jdk(tmp_path / "may not run", "25", runs=False),
        jdk(tmp_path / "fails"),
        jdk(tmp_path / "says nonsense", "new..est", said="?"),
        jdk(tmp_path / "says numbers that are none", "25..1", said="25..1"),
    ]
    (tmp_path / "folder" / "bin" / "java").mkdir(parents=True)
    path = [home / "bin" for home in (*broken, tmp_path / "folder", tmp_path / "is not there")]
    assert taken(run(launcher, tools, *path, "", good / "bin", JAVA_HOME=tmp_path / "nowhere")) == (good, "PATH; the only one found")
    assert taken(run(launcher, tools, *path, JAVA_HOME=good)) == (good, "JAVA_HOME; the only one found")
    none = run(launcher, tools, *path)
    assert none.returncode == 1 and none.stderr == "mallard: no Java found; install a JDK 17 or later, or set JAVA_HOME\n"


def test_none_or_only_old_ones_end_in_one_sentence(launcher, tools, tmp_path):
    none = run(launcher, tools)
    assert none.returncode == 1 and none.stderr == "mallard: no Java found; install a JDK 17 or later, or set JAVA_HOME\n"
    old = run(launcher, tools, jdk(tmp_path / "8", "1.8.0_402") / "bin", JAVA_HOME=jdk(tmp_path / "8 too", said="1.8.0_402"))
    assert old.returncode == 1 and old.stderr == "mallard: Java 1.8.0_402 is too old; install a JDK 17 or later, or set JAVA_HOME\n"


def test_a_cache_that_cannot_be_made_stops_nothing(launcher, tools, tmp_path):
    for version in ("17", "25"):
        home = jdk(tmp_path / version, version)
        done = run(launcher, tools, home / "bin", MALLARD_NO_ARCHIVE="")
        assert taken(done)[0] == home and "SharedArchiveFile" not in done.stdout
        left = [path.name for path in (launcher.parent / "lib").iterdir()]
        assert all(path.stat().st_size == 0 for path in (launcher.parent / "lib").iterdir()), left
        again = run(launcher, tools, home / "bin", MALLARD_NO_ARCHIVE="")
        assert taken(again)[0] == home and again.stderr == ""


@pytest.mark.skipif(sys.platform != "linux" or not shutil.which("renice"), reason="elsewhere threads have no priority of their own")
def test_a_servers_optimizing_compiler_gives_way_and_nothing_else_does(tmp_path):
    def nices(server):
        stats = [(task / "stat").read_text() for task in pathlib.Path(f"/proc/{server.process.pid}/task").iterdir()]
        return {(stat[stat.index("(") + 1 : stat.rindex(")")], int(stat.rsplit(")", 1)[1].split()[16])) for stat in stats}

    own = os.getpriority(os.PRIO_PROCESS, 0)
    with serving(tmp_path) as server:
        until("C2 is nice", lambda: ("C2 CompilerThre", 10) in nices(server), 20)
        found = nices(server)
        assert all(nice == own for name, nice in found if not name.startswith("C2"))


def test_what_is_kept_for_servers_is_taken_or_left(tmp_path):
    """Of another JVM, or empty: a server starts as well."""
    lib = MALLARD.parent / "app" / "target" / "mallard" / "lib"
    with serving(tmp_path):
        kept = [*lib.glob("server-*.aot"), *lib.glob("classes-*.jsa")]
        assert kept
    for path in kept:
        path.rename(path.with_name(path.name + ".aside"))
    try:
        for content in (b"nonsense" * 10_000, b""):
            for path in kept:
                path.write_bytes(content)
            with serving(tmp_path) as server, server.connect() as client:
                assert list(client.list_flights()) == []
    finally:
        for path in kept:
            path.with_name(path.name + ".aside").replace(path)
