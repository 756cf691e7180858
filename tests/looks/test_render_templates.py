"""Templates that somebody changed: a mistake names the file, its line and who mends it; an old copy still renders."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from looks import edition, ordinary, report, story

from watcher.digest.view import view
from watcher.errors import ConfigError
from watcher.render import Form, Renderer
from watcher.shipped import shipped

# A page as somebody may have copied it before there were cautions, shelves, volumes and a machine's words.
OLD = """<!doctype html><html lang="{{ language }}"><title>{{ title }}</title><style>{{ style }}</style>
{% if not view.sections and not view.headlines %}{{ say("nothing") }}{% endif %}{{ counts|join(" · ") }}
{% for section in view.sections %}<h2>{{ section.title }}</h2>{% for story in section.stories %}
<h3 lang="{{ story.lead.language|tag }}" dir="{{ story.lead.language|dir }}">{{ story.lead.title|short(200) }}</h3>
{{ story.summary|joined }} {{ carriage(story)|join(say("comma")) }} {{ moment(story.lead.published) }}
{% for each in story.also[:lines] %}{{ each.report.outlet }}{% endfor %}{% endfor %}{% endfor %}
{% for source in view.footer.failing %}{{ wrong(source) }}{% endfor %}{{ outcomes|join(", ") }}{{ leads }}{{ more }}"""


def test_an_old_copy_without_the_new_blocks_still_renders(tmp_path: Path) -> None:
    for name in ("edition.html", "mail.html", "edition.txt", "edition.md"):
        (tmp_path / name).write_text(OLD, "utf-8")
    renderer = Renderer([tmp_path, shipped("templates")])
    shown = view(ordinary(), max_stories=10)
    assert "<h3" in renderer.render(shown, "html")
    assert renderer.message(shown, "https://w.example/").html
    assert renderer.render(shown, "markdown")


FORMS: tuple[Form, ...] = ("html", "text", "markdown")


def everything(renderer: Renderer) -> list[object]:
    shown = view(ordinary())
    return [*(renderer.render(shown, form) for form in FORMS), renderer.message(shown)]


@pytest.mark.parametrize("name", ["edition.html", "mail.html", "edition.txt", "edition.md"])
@pytest.mark.parametrize(
    "slip",
    [
        "{% if %}",
        pytest.param("{% for x in %}", marks=pytest.mark.long),
        pytest.param("{{ nobody }}", marks=pytest.mark.long),
        pytest.param("{{ view.nothing }}", marks=pytest.mark.long),
        "{{ 1 // 0 }}",
        pytest.param("{{ view.date[3] }}", marks=pytest.mark.long),
        pytest.param('{% include "mine.html" %}', marks=pytest.mark.long),
        pytest.param('{% extends "mine.html" %}', marks=pytest.mark.long),
        "{% macro again() %}{{ again() }}{% endmacro %}{{ again() }}",
        '{{ "a" * 10**15 }}',
    ],
)
def test_a_mistake_in_a_copy_names_the_copy_and_everything_is_as_without_it(
    tmp_path: Path, name: str, slip: str
) -> None:
    (tmp_path / name).write_text(f"one\ntwo\n{slip}", "utf-8")
    renderer = Renderer([tmp_path, shipped("templates")])
    assert everything(renderer) == everything(Renderer([shipped("templates")]))
    (text,) = renderer.slips().texts
    assert text.startswith(f"template {tmp_path / name}")
    assert "mend your copy" in text
    assert ("mine.html" in text) == ("mine.html" in slip)
    if name != "mail.html" or slip.startswith(("{% if", "{% for")):
        assert "line 3" in text


def test_a_slip_that_only_a_busy_day_shows_is_told_until_the_copy_is_touched(tmp_path: Path) -> None:
    copy = tmp_path / "mail.html"
    copy.write_text("{{ 1 // (2 - view.stories|length) }} mine", "utf-8")
    renderer = Renderer([tmp_path, shipped("templates")])
    quiet, busy = (view(edition(story(n, report(n)) for n in range(number))) for number in (1, 2))
    assert (len(quiet.stories), len(busy.stories)) == (1, 2)
    assert "mine" in renderer.message(quiet).html
    assert renderer.slips().texts == ()
    assert renderer.message(busy) == Renderer([shipped("templates")]).message(busy)
    assert "mine" in renderer.message(quiet).html
    (text,) = renderer.slips().texts
    assert "zero" in text
    copy.write_text("mended", "utf-8")
    assert renderer.slips().texts == ()
    assert "mended" in renderer.message(busy).html


def test_a_style_sheet_that_cannot_be_read_is_the_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "page.css").write_bytes(b"\xff\xfe caf\xe9")
    renderer = Renderer([tmp_path, shipped("templates")])
    assert everything(renderer) == everything(Renderer([shipped("templates")]))
    assert "page.css" in renderer.slips().texts[0]


def test_a_mistake_in_a_shipped_template_is_nobodys_copy_to_mend(tmp_path: Path) -> None:
    came = tmp_path / "came"
    shutil.copytree(shipped("templates"), came)
    (came / "edition.html").write_text("{{ nobody }}", "utf-8")
    with pytest.raises(ConfigError) as caught:
        Renderer([tmp_path, came]).render(view(ordinary()), "html")
    assert "your copy" not in str(caught.value)
    assert "edition.html line 1, as it came with the program" in str(caught.value)


def test_a_template_in_another_encoding_is_named(tmp_path: Path) -> None:
    (tmp_path / "edition.txt").write_bytes(b"\xff\xfe caf\xe9")
    renderer = Renderer([tmp_path, shipped("templates")])
    assert everything(renderer) == everything(Renderer([shipped("templates")]))
    assert "edition.txt" in renderer.slips().texts[0]


def test_a_shipped_template_that_is_nowhere_is_missing(tmp_path: Path) -> None:
    shutil.copytree(shipped("templates") / "words", tmp_path / "words")
    with pytest.raises(ConfigError, match=r"template page\.css is missing"):
        Renderer([tmp_path]).render(view(ordinary()), "html")
