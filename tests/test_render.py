from __future__ import annotations

import json
import re
import stat
import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.digest.view import View, view
from watcher.errors import ConfigError
from watcher.render import Renderer, edition_name, write_atomically, write_edition
from watcher.render.clean import clean, link, shorten, width
from watcher.render.mail import MOST_BYTES, fits, inlined
from watcher.render.plain import wrap
from watcher.shipped import shipped
from watcher.types import Edition, Entry, FailingSource, Footer, HeadlineOnly, Outcome, Quote, Relation, Report

NOW = datetime(2025, 3, 11, 7, tzinfo=UTC)
RENDERER = Renderer([shipped("templates")])  # for those that only read it, and often
WORDS = sorted(file.stem for file in (shipped("templates") / "words").glob("*.toml"))


def report(number: int, title: str = "Headline", **fields) -> Report:
    return Report(
        article=number,
        url=fields.pop("url", f"https://news.example/{number}"),
        title=title,
        outlet=fields.pop("outlet", f"Outlet {number}"),
        source=f"source-{number}",
        language=fields.pop("language", "en"),
        published=NOW - timedelta(hours=3),
        relation=fields.pop("relation", Relation.NEW),
        summary=fields.pop("summary", ("The company said so on Monday.",)),
        **fields,
    )


def edition(*entries: Entry, **fields) -> Edition:
    return Edition(
        id=1,
        date=date(2025, 3, 11),
        schedule=fields.pop("schedule", "07:00 Europe/Berlin"),
        since=NOW - timedelta(days=1),
        until=NOW,
        made=NOW,
        topics=(("nvidia", "Nvidia"),),
        entries=entries,
        **fields,
    )


def shown(*reports: Report) -> View:
    return view(edition(*(Entry(f"s{each.article}", "new", ("nvidia",), (each,)) for each in reports)))


@pytest.fixture
def renderer() -> Renderer:
    return Renderer([shipped("templates")])


# --- cleaning


@pytest.mark.parametrize(
    ("dirty", "expected"),
    [
        ("plain", "plain"),
        (" two\n lines\u2028three\x0bfour ", "two lines three four"),
        ("nul\x00 bell\x07 del\x7f", "nul bell del"),
        ("half \ud83d pair", "half pair"),
        ("marks \u200fthat \u200eturn\u061c", "marks that turn"),
        ("turned \u202eround\u202c and \u2066shut\u2069", "turned round and shut"),
        ("<b>bold</b> <script>alert(1)</script>news", "bold news"),
        ("H20 <5% share & AT&T > rest", "H20 <5% share & AT&T > rest"),
        ("R1's <think> tag", "R1's <think> tag"),
        ("नमस्ते دنیا می‌خواهم", "नमस्ते دنیا می‌خواهم"),
        ("a" + "\u0301" * 40, "a" + "\u0301" * 4),
    ],
)
def test_text_is_cleaned_and_otherwise_kept(dirty, expected):
    assert clean(dirty) == expected


@given(st.text(alphabet=st.characters(codec=None), max_size=60))
def test_cleaning_twice_is_cleaning_once_and_leaves_one_line(text):
    once = clean(text)
    once.encode("utf-8")
    assert clean(once) == once
    assert len(once.splitlines()) <= 1


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "//news.example/a",
        "/relative",
        "news.example/a",
        "http:",
        "https://",
        "http:///path",
        "https://[broken",
        "ftp://news.example/",
        "",
    ],
)
def test_only_an_absolute_web_address_is_a_link(url):
    assert link(url) == ""


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://news.example/a?b=c&d=e#f", "https://news.example/a?b=c&d=e#f"),
        ("HTTPS://news.example/", "HTTPS://news.example/"),
        ("https://news.example/ä/新闻", "https://news.example/ä/新闻"),
        ('https://news.example/"><script>', "https://news.example/%22%3E%3Cscript%3E"),
        ("https://news.example/a b", "https://news.example/a%20b"),
    ],
)
def test_a_web_address_stays_or_is_escaped(url, expected):
    assert link(url) == expected


@given(st.text(max_size=80), st.integers(min_value=2, max_value=60))
def test_a_shortened_text_has_room(text, room):
    short = shorten(text, room)
    assert width(short) <= room
    assert short == text or short.endswith("…")


@given(st.text(alphabet="ab 新闻。é\u0301", max_size=200))
def test_wrapping_loses_nothing_but_spaces(text):
    assert "".join(wrap(text, "> ", "  ").removeprefix(">").split()) == "".join(text.split())
    assert all(width(line) <= 80 for line in wrap(text).splitlines() if " " in line.strip())


# --- words


@pytest.mark.parametrize("language", WORDS)
def test_a_catalogue_says_everything_english_says(language):
    english, words = (
        tomllib.loads((shipped("templates") / "words" / f"{name}.toml").read_text(encoding="utf-8"))
        for name in ("en", language)
    )
    assert set(words) == set(english)
    for key, said in words.items():
        forms = said.values() if isinstance(said, dict) else [said]
        wanted = english[key]["other"] if isinstance(english[key], dict) else english[key]
        for form in forms:
            assert _fields(form) == _fields(wanted), key


def _fields(text: str) -> set[str | None]:
    return {field for _, field, _, _ in Formatter().parse(text) if field}


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("reason", get_args(HeadlineOnly))
def test_every_reason_for_a_bare_headline_can_be_said_in_every_form(language, reason):
    seen = shown(report(1, headline_only=reason))
    renderer = Renderer([shipped("templates")], language)
    for form in ("html", "text", "markdown"):
        assert "Headline" in renderer.render(seen, form)
    assert renderer.message(seen).html


@pytest.mark.parametrize("language", WORDS)
def test_every_language_has_a_page(language):
    page = Renderer([shipped("templates")], language).render(shown(report(1)), "html")
    assert f'<html lang="{language}"' in page


def test_times_are_told_in_the_zone_of_the_edition(renderer):
    assert "11 Mar 05:00" in renderer.render(shown(report(1)), "text")
    berlin = edition(Entry("a", "new", ("nvidia",), (report(1),)), schedule="first")
    assert "11 Mar 09:30" in Renderer([shipped("templates")], zone="Asia/Kolkata").render(view(berlin), "text")


def test_a_language_that_is_none_is_the_users_error():
    with pytest.raises(ConfigError, match="language = 'klingonese!'"):
        Renderer([shipped("templates")], "klingonese!")


COUNTED = "7 articles found: 3 stories (2 told below, 1 as a headline), 1 already known, 2 further reports folded in, "


def counted_view() -> View:
    entries = [
        Entry("a", "new", ("nvidia",), (report(1), report(2, relation=Relation.COPY))),
        Entry("b", "new", ("nvidia",), (report(3),)),
        Entry("c", "new", ("nvidia",), (report(4),)),
    ]
    known = (Entry("k", "known", ("nvidia",), (report(5), report(6, relation=Relation.COPY)), seed="000"),)
    footer = Footer(
        sources=3,
        failing=(
            FailingSource("gazette", "", NOW, "answered 410 Gone"),
            FailingSource("post", "The Post", NOW, "dead"),
        ),
        outcomes={Outcome.SEEN: 900, Outcome.STORED: 7, Outcome.OFF_TOPIC: 5},
    )
    return view(edition(*entries, known=known, mentions=(report(7),), footer=footer), max_stories=2)


def test_every_form_counts_the_same(renderer):
    shown = counted_view()
    message = renderer.message(shown)
    for text in (message.html, message.text, renderer.render(shown, "html"), renderer.render(shown, "markdown")):
        assert COUNTED in " ".join(text.split())
    assert "and 2 more stories" in message.subject  # the first of three is named


def test_the_index_counts_what_the_page_counts(renderer):
    made = edition(*(Entry(f"s{number}", "new", ("nvidia",), (report(number),)) for number in range(9)))
    assert "9 articles found: 9 stories<" in renderer.index([("2025-03-11", made)])


def test_an_address_met_again_is_no_new_lead_and_a_failing_source_has_a_name(renderer):
    text = renderer.render(counted_view(), "text")
    assert "What became of 12 leads: 7 kept, 5 off topic." in text
    assert "- gazette: answered 410 Gone" in text
    assert "- The Post: dead" in text


# --- templates


def test_a_copied_template_wins_and_the_others_stay_the_shipped_ones(tmp_path):
    (tmp_path / "edition.txt").write_text("{{ view.stories[0].lead.title }}!", encoding="utf-8")
    renderer = Renderer([tmp_path, shipped("templates")])
    assert renderer.render(shown(report(1)), "text") == "Headline!\n"
    assert "<h1>" in renderer.render(shown(report(1)), "html")


@pytest.mark.parametrize(
    "attempt",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ view.__class__.__init__.__globals__ }}",
        "{{ say.__globals__ }}",
        "{{ say.__self__.__class__.__init__.__globals__ }}",
        "{{ self.__init__.__globals__ }}",
        "{{ cycler.__init__.__globals__.os }}",
        "{{ lipsum.__globals__ }}",
        "{{ ''|attr('__class__') }}",
        "{{ '{0.__class__}'.format(view) ~ nothing_of_the_kind }}",
        "{{ ['a']|map('attr', '__class__')|list|first }}",
    ],
)
def test_a_template_cannot_leave_its_sandbox(tmp_path, attempt):
    (tmp_path / "edition.txt").write_text(attempt, encoding="utf-8")
    renderer = Renderer([tmp_path, shipped("templates")])
    assert renderer.render(shown(report(1)), "text") == RENDERER.render(shown(report(1)), "text")
    (slip,) = renderer.slips().texts
    assert "edition.txt" in slip


@pytest.mark.parametrize(
    "mistake", ["{{ view.colour }}", "{{ colour }}", "{% if %}", "{{ 1 + '' }}", "{{ 1 // 0 }}", "{{ title.nope() }}"]
)
def test_a_mistake_in_a_copied_template_is_kept_and_the_shipped_one_used(tmp_path, mistake):
    (tmp_path / "edition.html").write_text(mistake, encoding="utf-8")
    renderer = Renderer([tmp_path, shipped("templates")])
    assert renderer.render(shown(report(1)), "html") == RENDERER.render(shown(report(1)), "html")
    (slip,) = renderer.slips().texts
    assert "edition.html line 1" in slip


def test_the_inliner_reads_no_file_and_keeps_template_code(tmp_path):
    sheet = tmp_path / "secret.css"
    sheet.write_text("p { color: red }", encoding="utf-8")
    source = f'<html><head><link rel="stylesheet" href="file://{sheet}"><style>p {{ margin: 0 }}</style></head>'
    page = inlined(source + '<body><p>{% if a > 1 and b == "x" %}{{ c|short(2) }}{% endif %}</p></body></html>')
    assert '{% if a > 1 and b == "x" %}{{ c|short(2) }}{% endif %}' in page
    assert 'style="margin: 0' in page
    assert "red" not in page


@pytest.mark.parametrize("scheme", [0, 1])
def test_text_stands_out_from_its_paper_in_light_and_dark(scheme):
    sheet = (shipped("templates") / "page.css").read_text(encoding="utf-8")
    colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", sheet.split(":root {")[1 + scheme].split("}")[0]))
    for ink in ("ink", "soft", "accent"):
        assert _contrast(colours[ink], colours["paper"]) >= 4.5
    for ink in ("ink", "soft", "accent"):
        assert _contrast(colours[ink], colours["flag"]) >= 4.5  # cautions stand on it
    for bar in ("bar", "accent"):
        assert _contrast(colours[bar], colours["paper"]) >= 3  # of a drawing


def _contrast(one: str, other: str) -> float:
    """The contrast of two colours as WCAG 2 counts it."""
    lights = []
    for colour in (one, other):
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        lights.append(0.2126 * red + 0.7152 * green + 0.0722 * blue)
    return (max(lights) + 0.05) / (min(lights) + 0.05)


# --- mail


def test_a_subject_is_one_line_with_the_top_headline_the_number_and_the_date(renderer):
    message = renderer.message(shown(report(1, "Two\r\nBcc: lines\u2028here"), report(2), report(3)))
    assert message.subject == "Two Bcc: lines here and 2 more stories · 11 Mar"


def test_a_very_long_headline_leaves_a_subject_short(renderer):
    assert width(renderer.message(shown(report(1, "word " * 400))).subject) < 110


def test_an_update_quotes_its_new_sentence_in_every_form_and_a_wrong_merge_is_owned_up_to(renderer):
    quote = Quote("Bis Mai <b>sollen</b> es 12.000 sein.", "Beispielblatt", "de")
    reports = (report(1, "As told", told=True), report(2, "What is new"))
    update = Entry("s1", "update", ("nvidia",), reports, new=(quote,))
    made = view(edition(update, Entry("s2", "new", ("nvidia",), (report(3),), parted=True)))
    message = renderer.message(made)
    for page in (*(renderer.render(made, form) for form in ("html", "text", "markdown")), message.html, message.text):
        text = re.sub(r"<[^>]+>|\*\*", "", page)
        assert re.search(r"New:\s*“?Bis Mai sollen es 12.000 sein.", text)
        assert "Wrongly merged before" in text
        assert text.index("What is new") < text.index("Bis Mai")
    rows = json.loads(renderer.render(made, "json"))
    told, split = rows["sections"][0]["stories"]
    assert told["new"] == [{"text": "Bis Mai sollen es 12.000 sein.", "outlet": "Beispielblatt", "language": "de"}]
    assert [told["wrongly_merged"], split["wrongly_merged"]] == [False, True]
    assert rows["counts"]["articles"] == 2  # the report told before was not found today


def test_an_edition_without_stories_says_so(renderer):
    message = renderer.message(shown())
    assert message.subject == "Told once: Nothing new · 11 Mar"
    for text in (message.html, message.text, renderer.render(shown(), "html"), renderer.render(shown(), "markdown")):
        assert "Nothing new in this window." in text


@pytest.mark.parametrize(
    ("title", "language"),
    [
        ("A headline of the usual length " * 4, "en"),
        pytest.param("新闻标题" * 25, "zh", marks=pytest.mark.long),  # tests/looks/test_render_sizes.py has one
    ],
    ids=["English", "Chinese"],
)
def test_a_mail_of_a_thousand_stories_is_not_clipped(renderer, title, language):
    reports = [report(number, f"{number} {title}", language=language) for number in range(1000)]
    also = [report(5000 + number, title, language=language, relation=Relation.RETELLING) for number in range(40)]
    entries = [Entry(f"s{each.article}", "new", ("nvidia",), (each, *also)) for each in reports]
    known = tuple(replace(each, id=f"k{each.id}", status="known", seed="000") for each in entries[:300])
    message = renderer.message(view(edition(*entries, known=known, mentions=tuple(reports)), max_stories=1000))
    assert fits(message.html)
    assert len(message.html.encode()) <= MOST_BYTES
    assert "and " in message.html
    assert " more stories" in message.html


def test_a_mail_has_its_styles_in_its_tags_and_one_column(renderer):
    page = renderer.message(shown(report(1))).html
    assert 'style="' in page
    assert "max-width: 600px" in page
    assert "prefers-color-scheme: dark" in page
    assert "display: none" in page.split("</div>")[0]  # the preheader


def test_a_mail_links_the_edition_only_where_it_has_a_public_address(renderer):
    assert "on the web" not in renderer.message(shown(report(1))).html
    assert "https://w.example/e.html" in renderer.message(shown(report(1)), online="https://w.example/e.html").html


@settings(max_examples=25, deadline=None)
@given(st.text(alphabet=st.characters(codec=None), min_size=1, max_size=80), st.text(max_size=40), st.text(max_size=5))
def test_no_field_of_a_feed_stops_an_edition(title, outlet, language):
    renderer = RENDERER
    dirty = shown(report(1, title, outlet=outlet, language=language, url=title, summary=(title,)))
    message = renderer.message(dirty)
    for text in (message.subject, message.html, message.text, *(renderer.render(dirty, form) for form in FORMS)):
        text.encode("utf-8")
    assert len(message.subject.splitlines()) == 1


FORMS = ("html", "text", "markdown", "json")


# --- files


def test_an_edition_is_written_in_every_form_and_listed(tmp_path, renderer):
    made = edition(Entry("a", "new", ("nvidia",), (report(1),)))
    files = write_edition(tmp_path / "out", "2025-03-11", view(made), renderer)
    index = write_atomically(tmp_path / "out" / "index.html", renderer.index([("2025-03-11", made)]))
    assert [file.name for file in files] == ["2025-03-11.html", "2025-03-11.txt", "2025-03-11.md", "2025-03-11.json"]
    assert 'href="2025-03-11.html"' in index.read_text(encoding="utf-8")
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == sorted(
        [*(f.name for f in files), "index.html"]
    )
    assert stat.S_IMODE(files[0].stat().st_mode) == 0o644


def test_a_link_in_the_place_of_a_file_is_replaced_and_not_followed(tmp_path, renderer):
    precious = tmp_path / "precious"
    precious.write_text("kept", encoding="utf-8")
    out = tmp_path / "out"
    out.mkdir()
    (out / "2025-03-11.html").symlink_to(precious)
    write_edition(out, "2025-03-11", shown(report(1)), renderer)
    assert precious.read_text(encoding="utf-8") == "kept"
    assert not (out / "2025-03-11.html").is_symlink()


@pytest.mark.parametrize("name", ["../2025-03-11", "2025-03-11/../../x", "", "index", "2025-03-11-A B"])
def test_a_name_that_is_no_editions_is_refused(tmp_path, renderer, name):
    with pytest.raises(ValueError, match="no name for an edition"):
        write_edition(tmp_path, name, shown(), renderer)


def test_a_name_holds_the_date_and_the_schedule():
    assert edition_name(date(2025, 3, 11)) == "2025-03-11"
    assert edition_name(date(2025, 3, 11), "06:30 Europe/Berlin") == "2025-03-11-0630-europe-berlin"
    assert edition_name(date(2025, 3, 11), "../../etc") == "2025-03-11-etc"


def test_the_shipped_templates_are_where_they_are_said_to_be():
    assert {"edition.html", "edition.txt", "edition.md", "mail.html", "index.html", "page.css"} <= {
        Path(file).name for file in shipped("templates").iterdir()
    }


def test_an_only_report_is_named_once_with_its_hour(renderer):
    shown_view = shown(report(1, outlet="Gazette"))
    pages = {form: renderer.render(shown_view, form) for form in ("html", "text", "markdown")}
    pages["mail"] = renderer.message(shown_view).html
    for form, page in pages.items():
        told = page.split("<main>")[-1]
        assert "First report" not in told, form
        assert told.count("Gazette") == 1, form
    assert '<a href="https://news.example/1" rel="noopener noreferrer"><bdi>Gazette</bdi></a>, <time' in pages["html"]
    assert "Gazette, 11 Mar 05:00" in pages["text"]
    assert "[Gazette](<https://news.example/1>), 11 Mar 05:00" in pages["markdown"]


def test_the_window_and_its_zone_stand_in_every_head(renderer):
    made = shown(report(1))
    for text in (
        renderer.message(made).html,
        *(renderer.render(made, form) for form in ("html", "text", "markdown")),
    ):
        assert "10 Mar 08:00 – 11 Mar 08:00 (Europe/Berlin)" in text


@pytest.mark.parametrize("space", ["\u00a0", "\u202f"])
def test_a_number_with_no_break_spaces_stays_in_one_line(space):
    number = f"2{space}304{space}millions"
    for length in range(60, 80):
        assert any(number in line for line in wrap("x" * length + " " + number + " d’euros").splitlines())
