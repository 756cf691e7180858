"""The law of the filter: what the pipeline would call about a topic passes, however a page writes it."""

from __future__ import annotations

import html
import json
import tomllib
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.markup.decoding import decode
from watcher.topics import TopicMatcher
from watcher.topics.raw import PageFilter
from watcher.types import Page, TopicRule

Way = Callable[[str], str]
Form = Literal["NFD", "NFKD"]
_CONFIG = Path(__file__).parents[2] / "config.toml"


@cache
def _rules() -> tuple[TopicRule, ...]:
    topics = tomllib.loads(_CONFIG.read_text(encoding="utf-8"))["topics"]
    kinds = ("names", "weak", "needs", "never")
    return tuple(
        TopicRule(name, rule["title"], *(tuple(rule.get(kind, ())) for kind in kinds)) for name, rule in topics.items()
    )


@cache
def _filter() -> PageFilter:
    return PageFilter(_rules())


@cache
def _matcher() -> TopicMatcher:
    return TopicMatcher(_rules())


def _page(body: bytes, kind: str = "text/html") -> Page:
    return Page("https://blatt.example/a", 200, (("Content-Type", kind),), body, datetime(2026, 3, 1, tzinfo=UTC))


def _read_as(text: str, encoding: str) -> str:
    """What the pipeline takes the characters of a text for: some encodings lack some of them."""
    markup = f"<p>{html.escape(text)}</p>"
    page = _page(markup.encode(encoding, "xmlcharrefreplace"), f"text/html; charset={encoding}")
    return html.unescape(decode(page).removeprefix("<p>").removesuffix("</p>"))


def _passes(markup: str, encoding: str = "utf-8") -> bool:
    return _filter()(_page(markup.encode(encoding, "xmlcharrefreplace"), f"text/html; charset={encoding}"))


_ENCODINGS = (
    "utf-8 utf-8-sig utf-16 cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 iso8859-1 iso8859-2 iso8859-5 iso8859-7 "
    "iso8859-9 iso8859-15 koi8-r koi8-u gb18030 gbk big5 shift_jis euc_jp iso2022_jp euc_kr cp949 tis-620 mac_cyrillic"
).split()
_NAMES = sorted({name for rule in _rules() for name in (*rule.names, *rule.weak)})
_NEEDS = sorted({need for rule in _rules() for need in rule.needs})
_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_ACCENTS = dict(zip(map(ord, "aeiounAEIOUN"), "áèîöúñÁÈÎÖÚÑ", strict=True))
_BOLD = {ord("A") + place: chr(0x1D400 + place) for place in range(26)}
_WAYS = (
    str,
    str.upper,
    str.lower,
    str.title,
    str.swapcase,
    lambda name: name.translate(_WIDE),
    lambda name: name.translate(_ACCENTS),
    lambda name: name.translate(_BOLD),
    "\u200b".join,
    "\u00ad".join,
    "\x01".join,
    lambda name: name.replace(" ", "\u00a0"),
    lambda name: name.replace(" ", "-"),
    lambda name: name.replace(" ", "\n"),
    lambda name: name.replace(" ", ""),
    lambda name: name[:1] + "\u0301" + name[1:],
)
_BESIDE = [*"(-xéÉ的вs5ωи™。“ ", "", "8x", "My", "'s", "en", "Ni", "News", "ﾃ"]


@st.composite
def _texts(draw: st.DrawFn) -> str:
    """Sentences in which a name stands, written in some way, with something close to it on both sides."""
    name = draw(st.sampled_from(_WAYS))(draw(st.sampled_from(_NAMES)))
    name = draw(st.sampled_from(_BESIDE)) + name + draw(st.sampled_from(_BESIDE))
    need = draw(st.sampled_from(["", *_NEEDS]))
    return draw(st.sampled_from(["{} {} und", "A {} says {}", "{}, {}.", "Über {} {}"])).format(name, need)


def _on_topic(text: str) -> bool:
    """As the pipeline sees it: control characters do not come through the parser."""
    return bool(_matcher()("", text.replace("\x01", "")))


def _tagged(text: str, places: list[int]) -> str:
    """The text with tags at some places within it."""
    tags = (
        *("<b>", '<a title="点击 é">', '<span class="a>b">', "</span>", "<!-- ж -->", "<i></i>", "<wbr>"),
        *('<b title="ü > 昇 < é">', "<!-- <b> é -->", "<i lang=é>"),
    )
    parts, done = [], 0
    for number, place in enumerate(sorted(place % (len(text) + 1) for place in places)):
        parts += [html.escape(text[done:place]), tags[(number + place) % len(tags)]]
        done = place
    return "".join([*parts, html.escape(text[done:])])


def _referred(text: str, pick: int) -> str:
    """The text with some of its characters as references."""
    ways = ("&#{};", "&#x{:X};", "&#{};", "&#0{};")
    return "".join(
        ways[(pick + place) % 4].format(ord(character)) if (pick >> (place % 20)) & 1 else html.escape(character)
        for place, character in enumerate(text)
    )


@given(_texts(), st.sampled_from(_ENCODINGS))
@settings(max_examples=60)
def test_a_text_on_a_topic_passes_in_every_encoding(text: str, encoding: str) -> None:
    if _on_topic(_read_as(text, encoding)):
        assert _passes(f"<p>{html.escape(text)}</p>", encoding)


@given(_texts(), st.lists(st.integers(0, 80), max_size=6))
@settings(max_examples=60)
def test_a_text_on_a_topic_passes_with_tags_anywhere_in_it(text: str, places: list[int]) -> None:
    if _on_topic(text):
        assert _passes(f"<p>{_tagged(text, places)}</p>")


@given(_texts(), st.integers(0, 1 << 20))
@settings(max_examples=60)
def test_a_text_on_a_topic_passes_with_references_in_it(text: str, pick: int) -> None:
    if _on_topic(text):
        assert _passes(f"<p>{_referred(text, pick)}</p>")


@given(_texts())
@settings(max_examples=60)
def test_a_text_on_a_topic_passes_in_the_pages_own_description(text: str) -> None:
    if _on_topic(text):
        data = json.dumps({"@type": "NewsArticle", "articleBody": f"x\n{text}"})
        assert _passes(f'<script type="application/ld+json">{data}</script>')
        assert _passes(f'<meta property="og:title" content="{html.escape(text)}">')


@pytest.mark.parametrize(
    "text",
    [
        "They cannot be ascending.",
        "Section B401 of H2000",
        "var gb2001 = rtxq;",
        "Rubinstein played.",
        "Nothing at all.",
    ],
)
def test_words_that_only_begin_like_names_do_not_pass(text: str) -> None:
    assert not _passes(f"<p>{text} chip export GPU</p>")


def test_scripts_and_styles_are_not_read_but_data_are() -> None:
    assert not _passes("<script>var nvidia = 1;</script><style>.deepseek{}</style><p>Rain.</p>")
    assert _passes("<!-- <script> --><p>Nvidia</p><script>x</script>")
    assert _passes('<script type="application/json">{"a": "Nvidia"}</script>')


def test_a_page_whose_charset_must_be_guessed_passes() -> None:
    assert _filter()(_page("<p>Погода в Москве</p>".encode("koi8-r")))


_SCRIPTS = ("डीपसीक", "ดีปซีก", "டீப்சீக்", "డీప్‌సీక్", "ডিপসিক", "دِيبسِيك", "דִּיפְּסִיק")


@given(
    st.sampled_from(_SCRIPTS), st.integers(0, 30), st.sampled_from(["&#{};", "&#x{:x};", "&#{:08d};"]), st.booleans()
)
@settings(max_examples=100)
def test_a_name_of_any_script_passes_with_a_reference_in_any_part_of_it(
    name: str, place: int, way: str, tagged: bool
) -> None:
    rules = (TopicRule("a", "A", (name,)),)
    place %= len(name)
    beside = "<b>" if tagged else ""
    written = f"{name[:place]}{beside}{way.format(ord(name[place]))}{name[place + 1 :]}"
    assert _matcher_of(rules)("", name)
    assert _filter_of(rules)(_page(f"<p>{written}</p>".encode(), "text/html; charset=utf-8"))


@pytest.mark.parametrize("markup", ["<!-->딥시<style>a{}</style>크", "دي<!-->ب<!-- <script> -->س&#x64A;ك"])
def test_a_comment_that_ends_at_once_hides_nothing(markup: str) -> None:
    rules = (TopicRule("a", "A", ("딥시크", "ديبسيك")),)
    assert _filter_of(rules)(_page(f"<p>{markup}</p>".encode(), "text/html; charset=utf-8"))


@cache
def _filter_of(rules: tuple[TopicRule, ...]) -> PageFilter:
    return PageFilter(rules)


@cache
def _matcher_of(rules: tuple[TopicRule, ...]) -> TopicMatcher:
    return TopicMatcher(rules)


_OTHER_LETTERS = (
    *("cœur", "Bœuf", "Mœbius", "Guðrún", "Hafþór", "Azərbaycan", "Asɛmpa", "Kŋoma", "Straße", "Ærø", "Łódź Motor"),
    *("BYD比亚迪auto", "K♥LM", "LG유플러스U", "日本 IBM", "i♥radio", "C♯ lang", "Œuvre", "Heydər Əliyev", "Iğdır"),
)
_LOOKING_ALIKE = ("", "é ú ű", "ē ő Ŵ", "ů ř ě š ý", "ạ ế ỡ ư", "Погода", "中国")


@given(
    st.sampled_from(_OTHER_LETTERS),
    st.sampled_from((str, str.upper, str.lower, "\u00ad".join)),
    st.sampled_from(("{}.", "{}, ", "({})", "{}</b>", "« {} »", "{}'s", "{}!", "{}&nbsp;!")),
    st.sampled_from(_LOOKING_ALIKE),
)
@settings(max_examples=60)
def test_a_name_with_other_letters_between_latin_ones_passes(name: str, way: Way, around: str, beside: str) -> None:
    rules = (TopicRule("a", "A", (name,)),)
    text = around.format(way(name))
    if _matcher_of(rules)("", html.unescape(text.replace("</b>", ""))):
        assert _filter_of(rules)(_page(f"<p>{beside} {text} {beside}</p>".encode(), "text/html; charset=utf-8"))


_TWICE = ("Z&amp;uuml;rich", "Z&amp;amp;#252;rich", "Z&#38;uuml;rich", "Z&#000000252;rich", "Z&#x0000000fC;rich")


@pytest.mark.parametrize(
    ("name", "written"),
    [
        *(("Zürich", written) for written in _TWICE),
        ("DeepSeek", "Deep&amp;shy;Seek"),
        ("DeepSeek", "&amp;#68;eepSeek"),
        ("深度求索", "&amp;#28145;&amp;#24230;&amp;#27714;&amp;#32034;"),
        ("C♯ lang", "C&#9839; lang"),
        ("€uro AG", "&euro;uro AG"),
        ("😀corp", "&#128512;corp"),
        ("东芝", "东<b title=it's>芝"),
        ("东芝", "东<b x=<>芝"),
        ("กรุงเทพ", "กร<b x=<>ุงเทพ"),
    ],
)
def test_a_name_passes_behind_references_that_were_made_twice_or_stand_for_signs(name: str, written: str) -> None:
    rules = (TopicRule("a", "A", (name,)),)
    assert _filter_of(rules)(_page(f"<p>{written} sagt.</p>".encode(), "text/html; charset=utf-8"))
    assert not _filter_of(rules)(_page("<p>Ö &amp;ouml; &#9839;corp &amp; 东 it's</p>".encode()))


def test_a_number_without_an_end_is_no_reference() -> None:
    assert not _passes(f"<p>&#{'9' * 6_000}; &#x{'0' * 6_000}; &#{'0' * 6_000}150;</p>")


_TAKEN_APART = ("삼성전자", "SK하이닉스", "ガンダム", "Αθήνα", "Đà Nẵng", "Zürich", "Ёлка", "क़तर", "Guðrún", "ἀρχή")


@given(st.sampled_from(_TAKEN_APART), st.sampled_from(("NFD", "NFKD")), st.integers(0, 1 << 20), st.integers(0, 2))
@settings(max_examples=60)
def test_a_name_written_in_the_parts_of_its_letters_passes(name: str, form: Form, pick: int, way: int) -> None:
    rules = (TopicRule("a", "A", (name,)),)
    apart = unicodedata.normalize(form, name)
    written = (apart, _referred(apart, pick), "<b></b>".join(apart))[way]
    for charset in ("utf-8", "iso8859-1"):
        body = f"<title>{written} baut</title>".encode(charset, "xmlcharrefreplace")
        assert _filter_of(rules)(_page(body, f"text/html; charset={charset}"))


def test_a_weak_name_alone_does_not_pass() -> None:
    assert not _passes("<p>Hopper painted by the sea.</p>")
    assert _passes("<p>Hopper, a GPU.</p>")


_WRITTEN_AI = (
    "A.I.",
    "a.i.",
    "A<b>.</b>I.",
    "A&#46;I&period;",
    "\uff21\uff0e\uff29\uff0e",
    "&#65;.I.",
    "\u00c1.\u200bI.",
    "A.\x01I.",
)


@pytest.mark.parametrize("written", [*_WRITTEN_AI, "A<i title='>'>.I</i>.", "A<!-- x -->.I."])
@pytest.mark.parametrize("beside", ["", "\u00ce \u00ae \u20ac", "Погода", "ạ ế ỡ ư"])
def test_what_a_weak_name_needs_may_be_initials(written: str, beside: str) -> None:
    rules = (TopicRule("a", "A", (), ("Huawei",), ("A.I.",)),)
    assert _filter_of(rules)(_page(f"<p>{beside} Huawei, {written} chips.</p>".encode(), "text/html; charset=utf-8"))


def test_without_its_initials_a_weak_name_does_not_pass() -> None:
    rules = (TopicRule("a", "A", (), ("Huawei",), ("A.I.",)),)
    assert not _filter_of(rules)(_page(b"<p>Huawei sold a phone. I. say so, a, i.</p>"))


def test_initials_pass_in_the_pages_own_description() -> None:
    rules = (TopicRule("a", "A", (), ("Huawei",), ("A.I.",)),)
    data = '{"@type": "NewsArticle", "articleBody": "Huawei \\u0041\\u002eI. chips"}'
    assert _filter_of(rules)(_page(f'<script type="application/ld+json">{data}</script>'.encode()))


_PAIRED = (TopicRule("a", "A", (), ("Huawei", "华为", "Ascend"), ("Huawei", "华为", "GPU", "AI | KI + chip | Ascend")),)


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("Huawei sold phones.", False),
        ("Huawei (华为) sold phones.", False),
        ("Huawei's AI sold phones.", False),
        ("Huawei sold chip shares.", False),
        ("Huawei sold an AI chip.", True),
        ("Huawei spoke of KI and of Ascend.", True),
        ("Huawei sold a GPU.", True),
        ("Ascend by Huawei.", True),
        ("Ascend alone.", False),
    ],
)
def test_a_weak_name_passes_with_what_could_make_it_count(text: str, passes: bool) -> None:
    page = _page(f"<p>{text}</p>".encode(), "text/html; charset=utf-8")
    assert _filter_of(_PAIRED)(page) is passes
    assert passes or not _matcher_of(_PAIRED)("", text)


_WORDS = ("Huawei", "华为", "Ascend", "GPU", "AI", "KI", "chip", "and", "A.I.")


@given(
    st.lists(st.sampled_from(_WORDS[:7]), max_size=3, unique=True),
    st.lists(st.sampled_from([*_WORDS, "AI | KI + chip | Ascend", "Ascend + GPU | AI", "A.I. + chip"]), max_size=4),
    st.lists(st.sampled_from(_WORDS), min_size=1, max_size=6).map(" ".join),
)
@settings(max_examples=150)
def test_what_any_rule_of_weak_names_finds_passes(weak: list[str], needs: list[str], text: str) -> None:
    rules = (TopicRule("a", "A", (), tuple(weak), tuple(needs)),)
    if TopicMatcher(rules)("", text):
        assert PageFilter(rules)(_page(f"<p>{text}</p>".encode(), "text/html; charset=utf-8"))
