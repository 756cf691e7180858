"""What comes instead of a feed: every body in `wrong/` is refused with the reason that `wrong/reasons.json` gives."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from watcher.errors import ReadError
from watcher.sources import KINDS, read_document
from watcher.types import Page, Reason, Source, Trouble

FOLDER = Path(__file__).parent / "wrong"
REASONS: dict[str, str] = json.loads((FOLDER / "reasons.json").read_text("utf-8"))
SOURCE = Source("s", "https://beispielblatt.example/feed")


def page(body: bytes) -> Page:
    return Page(SOURCE.url, 200, (("Content-Type", "text/xml"),), body, datetime(2026, 3, 4, tzinfo=UTC))


def test_every_body_has_its_reason() -> None:
    assert set(REASONS) == {path.name for path in FOLDER.iterdir()} - {"reasons.json"}


@pytest.mark.parametrize("name", sorted(REASONS))
def test_a_wrong_body_is_refused_and_named(name: str) -> None:
    with pytest.raises(ReadError) as refused:
        KINDS["feed"].read(SOURCE, page((FOLDER / name).read_bytes()), None)
    assert REASONS[name] in str(refused.value)
    assert len(str(refused.value)) < 160
    assert "\n" not in str(refused.value)
    answer = read_document("feed", SOURCE, page((FOLDER / name).read_bytes()), None)
    assert isinstance(answer, Trouble)
    assert answer.reason is Reason.UNREADABLE


def test_a_page_with_a_consent_script_and_a_feed_is_told_by_its_feed() -> None:
    body = (
        b'<html><link type=application/atom+xml href=/f><script src="onetrust.js"></script><input type=password></html>'
    )
    with pytest.raises(ReadError, match="that names a feed"):
        KINDS["feed"].read(SOURCE, page(body), None)


@pytest.mark.parametrize("words", [b"Just a moment...", b"onetrust", b"type=password", b"404 not found"])
def test_a_feed_that_speaks_of_such_pages_is_a_feed(words: bytes) -> None:
    body = b"<rss version='2.0'><channel><title>404</title><item><title>%s</title></item></channel></rss>" % words
    assert len(KINDS["feed"].read(SOURCE, page(body), None).leads) == 1
