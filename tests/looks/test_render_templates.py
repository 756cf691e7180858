"""Templates that somebody changed: a mistake names the file, its line and who mends it; an old copy still renders."""

from __future__ import annotations

from pathlib import Path

import pytest
from looks import ordinary

from watcher.digest.view import view
from watcher.errors import ConfigError
from watcher.render import Renderer
from watcher.render import templates as module
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


@pytest.mark.parametrize("name", ["edition.html", "mail.html", "edition.txt", "edition.md"])
@pytest.mark.parametrize(
    "slip", ["{% if %}", "{{ nobody }}", "{{ view.nothing }}", "{{ 1 // 0 }}", "{{ view.date[3] }}"]
)
def test_a_mistake_in_a_copy_names_the_copy_and_says_to_mend_it(tmp_path: Path, name: str, slip: str) -> None:
    (tmp_path / name).write_text(f"one\ntwo\n{slip}", "utf-8")
    renderer = Renderer([tmp_path, shipped("templates")])
    shown = view(ordinary())
    with pytest.raises(ConfigError) as caught:
        [renderer.render(shown, form) for form in ("html", "text", "markdown")] + [renderer.message(shown)]
    assert f"{tmp_path / name}" in str(caught.value)
    assert "mend your copy" in str(caught.value)
    if name != "mail.html" or slip == "{% if %}":
        assert "line 3" in str(caught.value)


def test_a_mistake_in_a_shipped_template_is_nobodys_copy_to_mend(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "edition.html").write_text("{{ nobody }}", "utf-8")
    monkeypatch.setattr(module, "shipped", lambda _: tmp_path)
    with pytest.raises(ConfigError) as caught:
        Renderer([tmp_path, shipped("templates")]).render(view(ordinary()), "html")
    assert "your copy" not in str(caught.value)
    assert "edition.html line 1, as it came with the program" in str(caught.value)


def test_a_template_in_another_encoding_or_without_leave_to_read_it_is_named(tmp_path: Path) -> None:
    (tmp_path / "edition.txt").write_bytes(b"\xff\xfe caf\xe9")
    with pytest.raises(ConfigError, match=r"edition\.txt"):
        Renderer([tmp_path, shipped("templates")]).render(view(ordinary()), "text")


def test_a_template_that_is_nowhere_is_missing(tmp_path: Path) -> None:
    for file in shipped("templates").rglob("*.toml"):
        (tmp_path / "words").mkdir(exist_ok=True)
        (tmp_path / "words" / file.name).write_bytes(file.read_bytes())
    with pytest.raises(ConfigError, match=r"template page\.css is missing"):
        Renderer([tmp_path]).render(view(ordinary()), "html")
