"""A copied part of a page takes effect in every page that is made with it, and one that goes wrong stops none."""

from __future__ import annotations

from pathlib import Path

import pytest

from watcher.render import Renderer
from watcher.shipped import shipped


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "templates"
    folder.mkdir()
    return folder


def noticed(own: Path) -> tuple[str, tuple[str, ...]]:
    renderer = Renderer((own, shipped("templates")), "en", "UTC")
    return renderer.notice("no_page"), renderer.slips().texts


def test_a_copied_frame_takes_effect_in_the_pages_that_extend_it(own: Path):
    frame = (shipped("templates") / "page.html").read_text("utf-8")
    (own / "page.html").write_text(frame.replace("<body>", "<body><!-- mine -->"), "utf-8")
    page, slips = noticed(own)
    assert "<!-- mine -->" in page
    assert slips == ()


def test_a_copied_frame_that_goes_wrong_is_named_and_the_shipped_one_used(own: Path):
    (own / "page.html").write_text("<html>{{ nobody_gave_this }}</html>", "utf-8")
    page, slips = noticed(own)
    assert "Nothing is here" in page
    assert len(slips) == 1
    assert "page.html" in slips[0]
    assert "nobody_gave_this" in slips[0]


def test_a_page_in_a_file_has_no_way_to_the_service(own: Path):
    page, _ = noticed(own)
    assert 'class="site"' not in page
    assert "form-action 'none'" in page
