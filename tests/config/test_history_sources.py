"""Sources of history in the configuration: what they may say, and that nothing polls them."""

from __future__ import annotations

from pathlib import Path

import pytest

from watcher.config import Config, load_config
from watcher.errors import ConfigError


def loaded(tmp_path: Path, *lines: str, environ: dict[str, str] | None = None) -> Config:
    file = tmp_path / "config.toml"
    polled = '[[sources]]\nid = "polled"\nurl = "https://a.example/feed"\n'
    file.write_text("\n".join([polled, "[[sources]]", 'id = "past"', *lines, ""]), encoding="utf-8")
    return load_config(file, {"TZ": "UTC"} | (environ or {}))


@pytest.mark.parametrize(
    ("kind", "url", "address"),
    [
        ("warc", "archive/*.warc.gz", "{base}/archive/*.warc.gz"),
        ("warc", "s3://bucket/crawl/", "s3://bucket/crawl/"),
        ("ccnews", "https://mirror.example/cc/", "https://mirror.example/cc/"),
        ("pages", "file:///srv/saved%20pages", "/srv/saved pages"),
        ("mbox", "/var/mail/archive.mbox", "/var/mail/archive.mbox"),
        ("urls", "read.csv", "{base}/read.csv"),
        ("export", "starred.json", "{base}/starred.json"),
        ("wordpress", "https://blog.example/", "https://blog.example/"),
        ("wayback", "https://a.example/news/", "https://a.example/news/"),
    ],
)
def test_a_source_of_history_stands_apart_from_those_that_are_polled(
    kind: str, url: str, address: str, tmp_path: Path
) -> None:
    config = loaded(tmp_path, f'kind = "{kind}"', f'url = "{url}"')
    assert [source.id for source in config.sources] == ["polled"]
    (past,) = config.history
    assert (past.kind, past.url) == (kind, address.format(base=tmp_path))


def test_ccnews_needs_no_address(tmp_path: Path) -> None:
    (past,) = loaded(tmp_path, 'kind = "ccnews"').history
    assert past.url == ""


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        (['kind = "warc"'], 'config.toml:5: sources[2].url: missing, expected a path like "archive/*"'),
        (['kind = "warc"', 'url = "ftp://a.example/b"'], "ftp: is none of them"),
        (['kind = "mbox"', 'url = "https://u:word@a.example/b"'], "without a user name or password"),
        (['kind = "wordpress"', 'url = "archive/"'], 'expected an address like "https://example.org/feed.xml"'),
        (['kind = "feed"', 'url = "archive/"'], 'expected an address like "https://example.org/feed.xml"'),
        (['kind = "urls"', 'url = "a"', 'interval = "1h"'], 'sources[2].interval: not with kind = "urls"'),
        (['kind = "pages"', 'url = "a"', 'pages = "never"'], "its pages are at hand"),
        (['kind = "export"', 'url = "a"', 'query = "x"'], 'sources[2].query: expected only with kind = "query"'),
        (['kind = "mail"', 'url = "a"'], "for history alone wordpress, wayback, warc, ccnews, pages, mbox, urls"),
    ],
)
def test_what_decides_nothing_there_is_refused(lines: list[str], problem: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as raised:
        loaded(tmp_path, *lines)
    assert problem in str(raised.value)
    assert "word@" not in str(raised.value)


def test_a_login_of_a_file_is_refused_where_it_would_not_be_used(tmp_path: Path) -> None:
    environ = {"WATCHER_SOURCES__PAST__USER": "me", "WATCHER_SOURCES__PAST__PASSWORD": "x"}
    with pytest.raises(ConfigError, match="its files are reached without"):
        loaded(tmp_path, 'kind = "warc"', 'url = "a"', environ=environ)


def test_pages_of_listed_addresses_may_be_asked_as_one_wants(tmp_path: Path) -> None:
    (past,) = loaded(tmp_path, 'kind = "urls"', 'url = "a.txt"', 'pages = "always"', 'language = "de"').history
    assert (past.pages, past.language) == ("always", "de")


def test_an_id_is_used_once_in_both(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="expected an id of its own"):
        loaded(tmp_path, 'kind = "warc"', 'url = "a"', "[[sources]]", 'id = "past"', 'url = "https://b.example/"')
