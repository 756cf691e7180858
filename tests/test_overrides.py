"""Templates of one's own: what they were copied from, and when the shipped ones have moved on."""

from __future__ import annotations

from pathlib import Path

import pytest

from watcher.errors import WatcherError
from watcher.render.overrides import RECORD, copy, stale, templates
from watcher.shipped import shipped


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    own, theirs = tmp_path / "templates", tmp_path / "shipped"
    (theirs / "words").mkdir(parents=True)
    for name in ("page.css", "mail.html", "words/de.toml"):
        (theirs / name).write_text(f"the first {name}")
    return own, theirs


@pytest.mark.parametrize("name", ["page.css", "mail.html", "words/de.toml"])
def test_a_copy_is_stale_once_the_shipped_one_changes(folders: tuple[Path, Path], name: str):
    own, theirs = folders
    assert copy(name, own, theirs).read_text() == f"the first {name}"
    (own / name).write_text("mine")
    assert stale(own, theirs) == ()
    (theirs / name).write_text("the second")
    (warning,) = stale(own, theirs)
    assert f"templates/{name} was copied from an older version" in warning
    assert [each.name for each in templates(own, theirs) if each.stale] == [name]
    copy(name, own, theirs, merged=True)
    assert stale(own, theirs) == ()
    assert (own / name).read_text() == "mine"


def test_a_copy_that_is_what_is_shipped_now_is_not_stale(folders: tuple[Path, Path]):
    own, theirs = folders
    copy("page.css", own, theirs)
    for folder in folders:
        (folder / "page.css").write_text("the second")
    assert stale(own, theirs) == ()


def test_what_nobody_copied_by_command_is_not_called_stale(folders: tuple[Path, Path]):
    own, theirs = folders
    (own / "words").mkdir(parents=True)
    (own / "page.css").write_text("mine")
    (own / "words" / "nl.toml").write_text("")
    (own / ".page.css.swp").write_text("")
    rows = {each.name: each for each in templates(own, theirs)}
    assert sorted(rows) == ["mail.html", "page.css", "words/de.toml", "words/nl.toml"]
    assert (rows["page.css"].overridden, rows["mail.html"].overridden) == (True, False)
    assert not rows["words/nl.toml"].shipped
    assert stale(own, theirs) == ()


@pytest.mark.parametrize("record", ["", "[]", "{", "\udcff", '{"page.css": 5}'])
def test_a_damaged_record_stops_nothing(folders: tuple[Path, Path], record: str):
    own, theirs = folders
    copy("page.css", own, theirs)
    (own / RECORD).write_bytes(record.encode("utf-8", "surrogateescape"))
    templates(own, theirs)
    copy("mail.html", own, theirs)
    (theirs / "mail.html").write_text("the second")
    assert any("mail.html" in each for each in stale(own, theirs))


def test_only_what_is_shipped_is_copied_and_only_once(folders: tuple[Path, Path]):
    own, theirs = folders
    for wrong in ("none.html", "../shipped/page.css", "", "words", "/etc/passwd", "words/../page.css"):
        with pytest.raises(WatcherError, match="no template is called"):
            copy(wrong, own, theirs)
    with pytest.raises(WatcherError, match="is not there"):
        copy("page.css", own, theirs, merged=True)
    copy("page.css", own, theirs)
    with pytest.raises(WatcherError, match="remove it first"):
        copy("page.css", own, theirs)


def test_every_shipped_template_can_be_copied(tmp_path: Path):
    for each in templates(tmp_path, shipped("templates")):
        copy(each.name, tmp_path, shipped("templates"))
    assert all(each.overridden and not each.stale for each in templates(tmp_path, shipped("templates")))
