"""The keys that the reference names are those of a real edition, and its pages are those that the program gives."""

from __future__ import annotations

import importlib.util
import json
import re

import pytest
from doc_blocks import ROOT, blocks

from watcher.delivery.webhook import signature

JSON = (ROOT / "docs" / "reference" / "json.md").read_text("utf-8")
EDITION = json.loads((ROOT / "tests" / "editions" / "tuesday.json").read_text("utf-8"))


def _named(heading: str) -> set[str]:
    """The keys in the first column of the table after these words."""
    table = JSON.partition(heading)[2].partition("|---|---|\n")[2].partition("\n\n")[0]
    return {key for row in table.splitlines() for key in re.findall(r"`(\w+)`", row.split("|")[1])}


def test_the_keys_of_an_edition_are_those_that_the_reference_names():
    assert _named("## An edition") == set(EDITION)


def test_the_keys_of_a_story_are_those_that_the_reference_names():
    story = EDITION["sections"][0]["stories"][0]
    assert _named("A story:") == set(story)
    article = story["articles"][0]
    assert all(f'"{key}"' in JSON for key in article), set(article)


def test_every_key_and_command_of_the_reference_is_that_of_the_program():
    spec = importlib.util.spec_from_file_location("make_reference", ROOT / "docs" / "reference" / "make.py")
    assert spec is not None
    assert spec.loader is not None
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)
    for name, text in ((name, made()) for name, made in make.PAGES.items()):
        there = (ROOT / "docs" / "reference" / name).read_text("utf-8")
        assert there == text, f"{name} is not current: `PYTHONPATH=. python docs/reference/make.py` writes it"


@pytest.mark.parametrize(("changed", "holds"), [(b"", True), (b" ", False)])
def test_what_the_page_on_webhooks_tells_to_check_is_what_is_signed(changed: bytes, holds: bool):
    (block,) = [each for each in blocks(ROOT / "docs" / "how-to" / "channels.md") if each.language == "python"]
    known: dict[str, object] = {}
    exec(block.text, known)  # noqa: S102 - our own page
    headers = {"webhook-id": "msg_1", "webhook-timestamp": "1773298800"}
    headers["webhook-signature"] = signature(b"sunshine-sunshine-sunshine", "msg_1", "1773298800", b"{}")
    secret = "whsec_c3Vuc2hpbmUtc3Vuc2hpbmUtc3Vuc2hpbmU="
    assert known["is_ours"](secret, headers, b"{}" + changed) is holds  # type: ignore[operator]
