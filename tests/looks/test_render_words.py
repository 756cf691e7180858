"""The page's own words: none is missing in any language, and none that is missing stops an edition."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest
from looks import edition, ordinary, report, story

from watcher.digest.view import view
from watcher.errors import ConfigError
from watcher.render import Renderer
from watcher.render.words import Words
from watcher.shipped import shipped
from watcher.types import Caution, HeadlineOnly, Kind, Outcome, Relation, SourceChange

TEMPLATES = shipped("templates")
LANGUAGES = sorted(file.stem for file in (TEMPLATES / "words").glob("*.toml"))
_SAID = re.compile(r"""\bsay\(\s*"([a-z_.-]+)"(?!\s*~)""")


def keys() -> set[str]:
    """Every key that a template or the program asks for; those made of two parts from the closed lists they end in."""
    code = [*TEMPLATES.glob("edition.*"), *TEMPLATES.glob("*.html")]
    code += (Path(__file__).parents[2] / "watcher" / "render").glob("*.py")
    asked = {key for file in code for key in _SAID.findall(file.read_text("utf-8")) if not key.endswith(".")}
    asked |= {f"headline_only.{each}" for each in get_args(HeadlineOnly)}
    asked |= {f"outcome.{each}" for each in Outcome}
    asked |= {f"changed.{each}" for each in get_args(SourceChange.__annotations__["change"]) or ("moved", "ended")}
    asked |= {f"caution.{each}" for each in ("sources", "language", "topic")}
    return asked | {f"shelf.{each}" for each in ("release", "paper", "thread")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_that_is_asked_for_is_said_in_every_language(language: str) -> None:
    words = Words([TEMPLATES], language)
    fields = dict.fromkeys(
        ("names", "parts", "found", "stories", "since", "until", "zone", "span", "url", "status", "headline", "name",
         "usual", "mean", "most", "machine"), "x",
    )  # fmt: skip
    asked = keys()
    assert len(asked) > 60
    assert asked <= tomllib.loads((TEMPLATES / "words" / f"{language}.toml").read_text("utf-8")).keys()
    for key in sorted(asked):
        for number in (0, 1, 2, 5, 21):
            assert "{" not in words.say(key, n=number, **fields), key


def test_the_shipped_languages_are_the_nine_promised() -> None:
    assert LANGUAGES == ["de", "en", "es", "fr", "it", "ja", "pt", "ru", "zh"]


def copied(folder: Path, language: str, words: str) -> Words:
    (folder / "words").mkdir(parents=True)
    (folder / "words" / f"{language}.toml").write_text(words, "utf-8")
    return Words([folder, TEMPLATES], language)


def test_a_word_that_is_missing_is_said_in_english_and_at_last_by_its_key(tmp_path: Path) -> None:
    words = copied(tmp_path, "nl", 'new = "Nieuw"')
    assert [words.say("new"), words.say("known"), words.say("nobody.says.this")] == [
        "Nieuw", "Already known", "nobody.says.this",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "slip",
    ['"{nn} artikelen"', '"{0} artikelen"', '"{n artikelen"', '{ one = "een" }', "7", "[1, 2]", '"{n:d}"', '"{n.x}"'],
)
def test_a_slip_in_a_copied_word_is_said_in_english(tmp_path: Path, slip: str) -> None:
    words = copied(tmp_path, "nl", f"articles = {slip}")
    assert words.say("articles", n=3) == "3 articles found"


def test_a_region_speaks_its_language_and_what_it_says_itself(tmp_path: Path) -> None:
    words = copied(tmp_path, "pt-PT", 'new = "Novidade"')
    assert [words.say("new"), words.say("known")] == ["Novidade", "Já conhecidas"]
    page = Renderer([tmp_path, TEMPLATES], "pt-PT").render(view(ordinary()), "html")
    assert '<html lang="pt" dir="ltr">' in page


def test_a_catalogue_that_is_no_toml_is_named(tmp_path: Path) -> None:
    words = copied(tmp_path, "nl", "new = ")
    (slip,) = words.slips
    assert "words/nl.toml: not readable as TOML" in slip
    assert words.say("new") == Words([TEMPLATES], "en").say("new")
    renderer = Renderer([tmp_path, TEMPLATES], "nl")
    assert renderer.render(view(ordinary()), "html")
    assert renderer.slips().texts == (slip,)


def test_a_shipped_catalogue_that_is_no_toml_is_a_defect(tmp_path: Path) -> None:
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "nl.toml").write_text("new = ", "utf-8")
    with pytest.raises(ConfigError, match=r"words/nl\.toml.*defect of the program"):
        Words([tmp_path], "nl")


def test_the_first_and_the_last_day_of_all_are_told_somehow() -> None:
    words = Words([TEMPLATES], "en")
    for moment in (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)):
        assert words.moment(moment, "Pacific/Kiritimati")
        assert words.moment(moment, "Pacific/Niue")
    dated = story(1, report(1, published=datetime.max.replace(tzinfo=UTC)))
    assert dated.reports[0].title


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_a_figure_that_is_no_number_is_a_dash(value: float) -> None:
    words = Words([TEMPLATES], "de")
    assert words.figure(value, "%").startswith("–")
    assert words.figure(value, "USD") == "– USD"


def test_a_caution_names_what_fell_and_no_more_than_has_room_above_the_news() -> None:
    fell = tuple(Caution("language", 1, 12, language) for language in ("fr", "ko", "pt", "it", "es", "nl"))
    made = ordinary()
    made = type(made)(**{name: getattr(made, name) for name in made.__slots__} | {"cautions": fell})
    renderer = Renderer([TEMPLATES])
    page, text = renderer.render(view(made), "html"), renderer.render(view(made), "text")
    assert ", Portuguese (1, usually 12), Italian (1, usually 12), +2." in page
    assert "Dutch (1, usually 12)" in " ".join(text.replace("!", "").split())
    assert page.index("Please note") < page.index("<h3")


def test_kinds_that_stand_apart_have_a_name() -> None:
    assert {"release", "paper", "thread"} <= set(get_args(Kind))


def test_every_form_names_the_outlet_whose_sentences_it_shows() -> None:
    lead = report(1, outlet="Fjord Dispatch", summary=())
    quoted = report(2, outlet="Meridian Wire", summary=("What the wire says.",), relation=Relation.RETELLING)
    first = report(3, outlet="Third Post", summary=(), relation=Relation.RETELLING)
    entry = story(1, first, lead, quoted, first=3)
    renderer, shown = Renderer([TEMPLATES]), view(edition([entry]))
    message = renderer.message(shown)
    forms = [message.html, message.text, *(renderer.render(shown, form) for form in ("html", "text", "markdown"))]
    for text in forms:
        behind = re.sub(r"<[^>]+>|[*\[—]", "", text.split("What the wire says.")[-1])
        assert behind.split("\n")[0].strip().startswith("Meridian Wire"), text


def test_a_mail_says_its_charset_before_anything_else() -> None:
    page = Renderer([TEMPLATES]).message(view(ordinary())).html
    assert re.search(r"<head><meta charset=\"utf-8\">", page[:200])
    assert page.count("<meta charset") == 1
