"""The whole program led astray: feeds, pages and redirects that name addresses inside. Nothing there is knocked at."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path

import pytest
from command import run
from inside import SPELLINGS, Inside
from origin import Answer, Origin

# Names would be looked up; what is no address at all, and what loopback answers for itself, is tried here.
HOSTS = [host for host in SPELLINGS if "example" not in host.lower()]


@pytest.fixture
def inside() -> Iterator[Inside]:
    server = Inside()
    yield server
    server.close()


@pytest.fixture
def config(tmp_path: Path, origin: Origin) -> Path:
    file = tmp_path / "config.toml"
    file.write_text(
        f'[watcher]\nreads = ["en"]\n[network]\nallow = ["{origin.host_port}"]\ngap = "0s"\ndeadline = "120s"\n'
        '[defaults]\npages = "always"\n[stories]\nencoder = "off"\n[topics.chips]\nnames = ["DeepSeek"]\n',
        encoding="utf-8",
    )
    return file


def add(config: Path, url: str, id: str = "one", **keys: str) -> None:
    rows = "".join(f'{key} = "{value}"\n' for key, value in keys.items())
    config.write_text(config.read_text() + f'[[sources]]\nid = "{id}"\nurl = {url!r}\n{rows}', encoding="utf-8")


def feed(inside: Inside) -> bytes:
    items = "".join(
        f"<item><guid>{number}</guid><title>DeepSeek {number} {escape(host)}</title>"
        f"<link>http://{escape(host)}:{inside.port}/{number}</link>"
        f'<enclosure url="http://{escape(host)}:{inside.port}/e{number}" type="audio/mpeg" length="1"/></item>'
        for number, host in enumerate(HOSTS)
    )
    atom = "".join(
        f'<atom:link rel="{relation}" href="http://127.0.0.1:{inside.port}/{relation}"/>'
        for relation in ("self", "hub", "next", "prev-archive", "alternate")
    )
    at = f"http://127.0.0.1:{inside.port}"
    head = (
        f'<?xml version="1.0"?><!DOCTYPE rss SYSTEM "{at}/dtd"><?xml-stylesheet href="{at}/style.xsl"?>'
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>A</title>'
        f"<link>{at}/</link><image><url>{at}/i.png</url></image>"
    )
    return f"{head}{atom}{items}</channel></rss>".encode()


def test_a_feed_that_links_inside_is_read_and_nothing_of_it_asked(config: Path, origin: Origin, inside: Inside) -> None:
    add(config, origin.on("/feed", Answer(body=feed(inside))))
    for line in ("poll --all", "backfill --since 2020-01-01"):
        done = run(*line.split(), "--config", config)
        assert "Traceback" not in done.err, done.err
        assert f"{len(HOSTS)} leads" in done.out + done.err or line != "poll --all", done
    assert origin.asked("/feed")
    assert inside.connections() == 0


def test_sources_whose_address_is_inside_or_leads_there_are_not_asked(
    config: Path, origin: Origin, inside: Inside
) -> None:
    for number, host in enumerate(HOSTS):
        target = f"http://{host}:{inside.port}/".encode().decode("latin-1")
        add(config, origin.on(f"/{number}", Answer(status=301, headers={"Location": target})), f"led-{number}")
    for number, host in enumerate(["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "127.0.0.1."]):
        add(config, f"http://{host}:{inside.port}/", f"direct-{number}")
    done = run("poll", "--all", "--config", config)
    assert f"{len(HOSTS) + 5} did not answer" in done.out + done.err, done
    assert len(origin.log) == len(HOSTS)
    assert inside.connections() == 0


def test_a_page_that_names_feeds_inside_is_a_page_that_names_none(config: Path, origin: Origin, inside: Inside) -> None:
    links = "".join(
        f'<link rel="alternate" type="application/rss+xml" href="http://{escape(host)}:{inside.port}/feed">'
        for host in HOSTS
    )
    url = origin.on("/", Answer(body=f"<html><head>{links}</head><p>A page.</html>".encode()))
    refresh = f'<meta http-equiv="refresh" content="0;url=http://127.0.0.1:{inside.port}/">'
    origin.on("/refresh", Answer(body=f"<html><head>{refresh}</head></html>".encode()))
    origin.on("/away", Answer(status=302, headers={"Location": f"http://localhost:{inside.port}/"}))
    for command, path in (
        ("sources add", ""),
        ("sources read", "refresh"),
        ("sources add", "away"),
        ("extract", "away"),
    ):
        done = run(*command.split(), url + path, "--config", config)
        assert done.code == 1, done
        assert "Traceback" not in done.err
    assert inside.connections() == 0
