"""What is kept so that it is not worked out for everybody who asks, and that nobody is shown what is over."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from webservice import TODAY, edition, running

from watcher.web.kept import Shelf

TOMORROW = TODAY + timedelta(days=1)


@pytest.mark.parametrize("ending", ["", ".txt", ".json"])
def test_an_edition_that_was_asked_for_too_early_is_shown_once_it_is_made(tmp_path: Path, ending: str):
    with running(tmp_path) as service:
        path = f"/editions/{TOMORROW}{ending}"
        assert service.read(path).status == 404
        with service.store.writing() as writer:
            writer.publish(edition(TOMORROW, title="Nvidia ships late"), ())
        assert "Nvidia ships late" in service.read(path).text
        assert "Nvidia ships late" in service.read(f"/api/editions/{TOMORROW}").text


def test_a_date_is_the_main_schedules_edition_as_soon_as_there_is_one(tmp_path: Path):
    with running(tmp_path) as service:
        with service.store.writing() as writer:
            writer.publish(edition(TOMORROW, "18:00 UTC", "An evening's news"), ())
        asked = [f"/editions/{TOMORROW}", f"/api/editions/{TOMORROW}"]
        assert all("An evening" in service.read(path).text for path in asked)
        with service.store.writing() as writer:
            writer.publish(edition(TOMORROW, title="A day's news"), ())
        assert all("A day" in service.read(path).text for path in asked)


def test_a_copied_template_that_is_edited_is_seen_at_once(tmp_path: Path):
    with running(tmp_path) as service:
        path = f"/editions/{TODAY}"
        assert "Nvidia ships early" in service.read(path).text
        (tmp_path / "templates").mkdir()
        (tmp_path / "templates" / "edition.html").write_text("<!doctype html><title>Mine</title>", "utf-8")
        assert service.read(path).text == "<!doctype html><title>Mine</title>"


def test_a_shelf_keeps_what_was_asked_for_last_up_to_a_weight():
    made: list[str] = []
    shelf: Shelf[str] = Shelf(5, len)

    def get(text: str) -> str:
        def make() -> str:
            made.append(text)
            return text

        return shelf.get(text, make)

    for text in ("aa", "bbb", "aa", "cc", "aa", "bbb"):
        assert get(text) == text
    assert made == ["aa", "bbb", "cc", "bbb"]
    assert get("heavier than all") == get("heavier than all")
    assert made[4:] == ["heavier than all"]
    get("aa")
    assert made[5:] == ["aa"]
