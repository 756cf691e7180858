"""`backfill --engine dask` as a command: what is wrong is said, and over TLS it makes the same archive."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from cluster import Cluster
from command import Done, Running
from past.room import SINCE, UNTIL, Room

TLS = Path(__file__).parents[1] / "support" / "tls"
_KEYS = "DASK_DISTRIBUTED__COMM__TLS__"


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    made = Room(tmp_path_factory.mktemp("tls"), stories=6, off_topic=6)
    yield made
    made.close()


def certificates(*roles: str, authority: Path = TLS / "authority.pem", own: Path = TLS / "good.pem") -> dict[str, str]:
    """The environment in which these roles show a certificate, and believe whoever has one of that authority."""
    both = {f"{_KEYS}{role}__{what}": str(own) for role in roles for what in ("CERT", "KEY")}
    return {f"{_KEYS}CA_FILE": str(authority), **both}


def command(config: Path, *arguments: str, env: Mapping[str, str] | None = None) -> Done:
    order = ("--since", SINCE, "--until", UNTIL, "--source", "crawl", *arguments)
    with Running("backfill", "--config", config, *order, env=env) as running:
        return running.ended(300)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--engine", "dask"), 2, "--engine dask needs --scheduler ADDRESS"),
        (("--scheduler", "tcp://127.0.0.1:1"), 2, "--scheduler belongs to --engine dask"),
        (("--engine", "dask", "--scheduler", "tcp://10.0.0.5:8786"), 78, "write tls://10.0.0.5:8786"),
        (("--engine", "dask", "--scheduler", "scheduler.example:8786"), 78, "is on another machine"),
        (("--engine", "dask", "--scheduler", "http://127.0.0.1:8787"), 78, "write tcp://HOST:PORT or tls://HOST:PORT"),
        (("--engine", "dask", "--scheduler", "tls://10.0.0.5:8786"), 78, f"set {_KEYS}CA_FILE"),
    ],
)
def test_what_cannot_be_meant_is_said_at_once(room: Room, arguments: tuple[str, ...], code: int, said: str):
    config = room.folder / "meant" / "config.toml"
    done = command(config if config.exists() else room.config("meant"), *arguments)
    assert (done.code, said in done.err) == (code, True), done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("of", ["authority", "own"])
def test_certificates_that_cannot_be_used_are_named(room: Room, tmp_path: Path, of: str):
    config = room.folder / "named" / "config.toml"
    config = config if config.exists() else room.config("named")
    missing = tmp_path / "gone.pem"
    where = ("--engine", "dask", "--scheduler", "tls://10.0.0.5:8786")
    done = command(config, *where, env=certificates("CLIENT", **{of: missing}))
    assert done.code == 78
    assert f"{missing} cannot be read: No such file or directory" in done.err
    missing.write_text("no certificate")
    done = command(config, *where, env=certificates("CLIENT", **{of: missing}))
    assert done.code == 78
    assert "its certificates cannot be used" in done.err
    assert "Traceback" not in done.err


@pytest.mark.long  # it is waited for, half a minute
def test_a_scheduler_that_is_not_there_is_said_so(room: Room):
    done = command(room.config("nobody"), "--engine", "dask", "--scheduler", "tcp://127.0.0.1:1")
    assert done.code == 1
    assert "no scheduler answers at tcp://127.0.0.1:1" in done.err
    assert "Traceback" not in done.err


def test_over_tls_a_cluster_makes_the_archive_of_this_machine(room: Room, tmp_path: Path):
    here, there = room.config("local"), room.config("tls")
    local = command(here)
    assert local.code == 0, local.err
    env = {**certificates("SCHEDULER", "WORKER"), "DASK_DISTRIBUTED__COMM__DEFAULT_SCHEME": "tls"}
    cluster = Cluster(tmp_path, env=env)
    try:
        assert cluster.address.startswith("tls://127.0.0.1:")
        where = ("--engine", "dask", "--scheduler", cluster.address)
        done = command(there, *where, env=certificates("CLIENT"))
    finally:
        cluster.close()
    assert done.code == 0, done.err
    assert done.out == local.out
    exports = []
    for config in (here, there):
        with Running("db", "export", "--config", config) as running:
            exports.append(running.ended(300).out)
    assert exports[0] == exports[1]
    assert exports[0].count("\n") > 1
