"""Whose reporting a story is, where outlets differ and why it is one story, in every form and language of the page."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime, timedelta

import pytest

from watcher.digest.view import view
from watcher.render import FORMS, Renderer
from watcher.render.words import Words
from watcher.shipped import shipped
from watcher.types import Difference, Edition, Entry, Figure, Relation, Report, Shared, Sourcing

NOW = datetime(2025, 3, 11, 7, tzinfo=UTC)
LANGUAGES = ("de", "en", "es", "fr", "it", "ja", "pt", "ru", "zh")


def report(number, outlet, language, hours, **fields):
    return Report(
        number, f"https://news.example/{number}", f"Headline {number}", outlet, outlet.lower(), language,
        NOW - timedelta(hours=hours), Relation.RETELLING, summary=("Said so.",), **fields,
    )  # fmt: skip


def shown(**fields):
    reports = fields.pop("reports", (report(1, "Faro", "pt", 9), report(2, "Harbour Gazette", "en", 8)))
    told = {"sourcing": Sourcing(12, ("Faro",), ("Blog", "Post")), "first": 1} | fields
    entry = Entry("7", "new", ("nvidia",), reports, **told)
    edition = Edition(
        1, date(2025, 3, 11), "07:00 UTC", NOW - timedelta(days=1), NOW, NOW, (("nvidia", "Nvidia"),), (entry,)
    )
    return view(edition, ("en",))


def bare(text):
    """Without what a form adds: marks of isolation, line breaks, escapes."""
    return "".join(text.replace("<bdi>", "").replace("</bdi>", "").replace("\\", "").split())


def forms(language, what):
    renderer = Renderer([shipped("templates")], language)
    rendered = [renderer.render(what, form) for form in FORMS if form != "json"]
    message = renderer.message(what)
    return [bare(text) for text in (*rendered, message.html, message.text)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_of_the_page_has_its_own_words_for_it(language):
    file = shipped("templates") / "words" / f"{language}.toml"
    words = tomllib.loads(file.read_text(encoding="utf-8"))
    keys = {"best_read", "original_reports", "of_unclear_origin", "origin_unclear", "differ", "unsure"}
    assert keys <= words.keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_report_stands_beside_the_best_to_read_where_they_differ(language):
    words = Words([shipped("templates")], language)
    for text in forms(language, shown()):
        assert bare(words.say("first_report")) in text
        assert bare(words.say("best_read")) in text
        assert bare(words.say("original_reports", n=1, names="Faro")) in text
        assert bare(words.say("of_unclear_origin", n=2)) in text
    same = shown(reports=(report(1, "Faro", "en", 9), report(2, "Harbour Gazette", "en", 8)))
    assert not any(bare(words.say("best_read")) in text for text in forms(language, same))


def test_an_origin_that_cannot_be_told_is_unclear_and_not_independent():
    for text in forms("en", shown(sourcing=Sourcing(2, (), ("Faro", "Harbour Gazette")))):
        assert bare("2 outlets, origin unclear") in text


def test_one_outlets_own_news_needs_no_words_and_anothers_does():
    alone = (report(1, "Faro", "en", 9),)
    assert not any(
        bare("original") in text for text in forms("en", shown(reports=alone, sourcing=Sourcing(1, ("Faro",))))
    )
    for text in forms("en", shown(reports=alone, sourcing=Sourcing(1, ("Reuters",)))):
        assert bare("1 outlet, 1 original report (Reuters)") in text


@pytest.mark.parametrize(("language", "figure"), [("en", "50,000 H100"), ("de", "50.000 H100"), ("ja", "50,000 H100")])
def test_figures_that_differ_are_told_with_their_outlets_in_the_readers_form(language, figure):
    claim = Difference("", "H100", (Figure(50_000, ("Faro", "Blog")), Figure(2_000, ("Harbour Gazette",))))
    words = Words([shipped("templates")], language)
    for text in forms(language, shown(differences=(claim,))):
        assert bare(words.say("differ")) in text
        assert bare(f"{figure} (Faro") in text
        assert bare("H100 (Harbour Gazette)") in text


@pytest.mark.parametrize(
    ("language", "unit", "value", "written"),
    [
        ("en", "USD", 2.1e12, "2.1 trillion USD"),
        ("de", "USD", 2.1e12, "2,1 Billionen USD"),
        ("pt", "USD", 2e12, "2 trilhões USD"),
        ("ja", "USD", 2e12, "2兆 USD"),
        ("en", "%", 60, "60%"),
        ("de", "%", 2.5, "2,5\xa0%"),
        ("en", "gw", 5, "5 GW"),
        ("en", "dead", 120, "120"),
    ],
)
def test_figures_are_written_as_the_pages_language_does(language, unit, value, written):
    assert Words([shipped("templates")], language).figure(value, unit) == written


def test_a_day_is_written_as_the_pages_language_does():
    words = Words([shipped("templates")], "de")
    assert words.fact(Shared("date", "15 May 2025")) == "15. Mai 2025"
    assert words.fact(Shared("date", "Monday")) == "Monday"


def test_reasons_are_given_across_languages_and_where_it_is_unsure_only():
    facts = {"shared": (Shared("model", "910C"),)}
    assert all(bare("In common: 910C") in text for text in forms("en", shown(**facts)))
    one = (report(1, "Faro", "en", 9), report(2, "Harbour Gazette", "en", 8))
    assert not any(bare("In common") in text for text in forms("en", shown(reports=one, **facts)))
    for text in forms("en", shown(reports=one, unsure=(0.66, 0.6), **facts)):
        assert bare("In common: 910C; perhaps not the same story") in text
