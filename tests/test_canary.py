"""A canary in everything that is secret about a source: it is heard nowhere but where it was sent."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from command import run
from gateway import Gateway
from origin import Answer, Asked, Origin

CANARY = "kanarienvogel7"
FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Chip Journal</title><link>{url}</link>
<item><guid>1</guid><title>Huawei Ascend 910C: DeepSeek bestellt</title><link>{url}/news/1</link>
<description>DeepSeek orders Huawei's Ascend 910C.</description></item></channel></rss>"""
FAILING = {
    "missing": Answer(status=404),
    "told": Answer(raw=f"HTTP/1.1 403 {CANARY}\r\nContent-Length: 0\r\n\r\n".encode()),
    "login": Answer(status=302, headers={"Location": f"/login?next=%2F{CANARY}%2Ffeed"}),
    "circle": Answer(status=301, headers={"Location": f"/feed/{CANARY}/circle?key={CANARY}"}),
    "scheme": Answer(status=302, headers={"Location": f"ftp://a.example/{CANARY}"}),
    "page": Answer(body=f"<html><title>{CANARY}</title><p>Please log in.</html>".encode()),
    "broken": Answer(body=f"<rss><channel><item><title>{CANARY[:4]}".encode()),
    "bytes": Answer(raw=f"{CANARY}\r\n\r\n".encode()),
    "cut": Answer(body=b"<rss>", length=99, cut=2),
    "slow": Answer(body=b"x" * 999, drip=0.2),
    "gone": Answer(status=410),
    "large": Answer(body=b"x", length="9" * 20),
}


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    server = Gateway(refuses=b"HTTP/1.1 407 " + CANARY.encode() + b"\r\n\r\n")
    yield server
    server.close()


def secrets(name: str, url: str) -> dict[str, str]:
    return {
        f"WATCHER_SOURCES__{name.upper()}__{key}": value
        for key, value in {
            "URL": url,
            "USER": f"user-{CANARY}",
            "PASSWORD": f"password-{CANARY}",
            "COOKIE": f"sid=cookie-{CANARY}",
            "HEADERS": f"X-Api-Key: header-{CANARY}",
        }.items()
    }


# Where each of the others is asked, with the same path and key; None: at the origin.
ELSEWHERE = {
    "working": None,
    "moved": None,
    "private": "http://10.9.8.7:8080",
    "unknown": "http://nobody.invalid",
    "tls": "https",
    "proxied": "https",
    "lost": "http://127.0.0.1:9",
    "resting": "resting",  # a host of its own: a 429 rests all of one
}
COMMANDS = (
    "poll --all", "poll --all --dry-run", "poll --source working", "sources list", "sources list --json",
    "status", "status --json", "doctor", "doctor --json", "doctor --sources", "digest", "digest --format json",
    "digest --send", "outbox list", "outbox list --json", "outbox list --failed", "recipients list", "status", "doctor",
    "outbox retry --all", "outbox discard --all", "db check", "sources export", "machine log", "machine log --json",
    "backfill --since 2026-01-01 --dry-run", "feeds add stories", "feeds list --addresses", "feeds revoke 1",
    "token --link", "token --new",
)  # fmt: skip


@pytest.fixture
def resting() -> Iterator[Origin]:
    server = Origin()
    server.on(f"/feed/{CANARY}/resting", Answer(status=429, headers={"Retry-After": "7200"}))
    yield server
    server.close()


@pytest.fixture
def environ(origin: Origin, resting: Origin, gateway: Gateway) -> dict[str, str]:
    """The secrets of every source, and the origin's answers to them."""
    bases = {"https": origin.url.replace("http:", "https:"), "resting": resting.url}
    found = {"TZ": "UTC"}
    for name in [*FAILING, *ELSEWHERE]:
        place = ELSEWHERE.get(name) or origin.url
        found |= secrets(name, f"{bases.get(place, place)}/feed/{CANARY}/{name}?key={CANARY}")
    for name, answer in FAILING.items():
        origin.on(f"/feed/{CANARY}/{name}", answer)
    for name in ("working", "there"):
        origin.on(f"/feed/{CANARY}/{name}", Answer(body=FEED.format(url=origin.url).encode()))
    origin.on(f"/feed/{CANARY}/moved", Answer(status=301, headers={"Location": f"there?key={CANARY}"}))
    origin.on("/news/1", Answer(status=403))
    found["WATCHER_SERVICE__TOKEN"] = f"token-{CANARY}"
    found["WATCHER_MACHINE__KEY"] = f"machine-{CANARY}"
    origin.on("/v1/chat/completions", Answer(status=403, body=CANARY.encode()))
    origin.on(f"/hook/{CANARY}", Answer(status=401))
    origin.on(f"/beat/{CANARY}", Answer(raw=f"HTTP/1.1 500 {CANARY}\r\nContent-Length: 0\r\n\r\n".encode()))
    origin.on(f"/push/{CANARY}", Answer(status=403))
    found |= {
        "WATCHER_DIGEST__WEBHOOK__URL": f"{origin.url}/hook/{CANARY}?key={CANARY}",
        "WATCHER_DIGEST__WEBHOOK__SECRET": f"secret-{CANARY}",
        "WATCHER_DIGEST__HEARTBEAT": f"{origin.url}/beat/{CANARY}",
        "WATCHER_DIGEST__EMAIL__PASSWORD": f"password-{CANARY}",
    }
    if find_spec("apprise"):  # an extra
        found["WATCHER_DIGEST__PUSH__ADDRESSES"] = f"json://user:{CANARY}@{origin.host_port}/push/{CANARY}"
    found["WATCHER_SOURCES__PROXIED__PROXY"] = f"http://user-{CANARY}:pw-{CANARY}@127.0.0.1:{gateway.port}"
    return found


@pytest.fixture
def config(tmp_path: Path, origin: Origin, resting: Origin) -> Path:
    file = tmp_path / "config.toml"
    allow = [origin.host_port, resting.host_port, "127.0.0.1:9"]
    file.write_text(
        f'[watcher]\nreads = ["en"]\n[network]\nallow = {allow}\ngap = "0s"\ndeadline = "1s"\n'
        f'[machine]\nurl = "{origin.url}/v1"\nmodel = "tiny-1"\nper_day = 100000\n'
        '[stories]\nencoder = "off"\n[topics.chips]\nnames = ["DeepSeek", "Ascend 910C"]\n'
        '[digest.email]\nfrom = "w@desk.example"\nhost = "127.0.0.1"\nport = 9\nuser = "w"\nsecurity = "none"\n'
        '[[digest.recipients]]\naddress = "reader@desk.example"\n'
        '[digest.alarm]\nby = "07:00"\nchannel = "webhook"\n'
        + "".join(f'[[sources]]\nid = "{name}"\n\n' for name in [*FAILING, *ELSEWHERE]),
        encoding="utf-8",
    )
    return file


def test_the_canary_is_heard_nowhere(config: Path, environ: dict[str, str], origin: Origin) -> None:
    shown = [f"sources show {name}{form}" for name in [*FAILING, *ELSEWHERE] for form in ("", " --json")]
    said: dict[str, str] = {}
    for line in (*COMMANDS, *shown):
        done = run(*line.split(), "--config", config, env=environ)
        said[line] = done.out + done.err
    # It was told where it should be: otherwise this test would prove nothing.
    mine: list[Asked] = origin.asked(f"/feed/{CANARY}/working")
    assert mine
    assert mine[0].header("cookie") == f"sid=cookie-{CANARY}"
    assert mine[0].header("x-api-key") == f"header-{CANARY}"
    for path in ("hook", *(["push"] if find_spec("apprise") else [])):
        assert origin.asked(f"/{path}/{CANARY}"), path
    assert "answered 401" in said["outbox list"]
    assert [name for name in [*FAILING, *ELSEWHERE] if f"{name}: " not in said["poll --all"]] == []
    for line, text in said.items():
        assert CANARY not in text, (line, text)
        assert "Traceback" not in text, (line, text)
    for file in filter(Path.is_file, config.parent.rglob("*")):
        assert CANARY.encode() not in file.read_bytes(), file
