"""The newsroom's content: enough of it, in enough languages, labelled truthfully."""

from __future__ import annotations

import difflib
import itertools
import re
import unicodedata
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

import watcher.demo
from watcher.demo.content import Piece, load_content, parse_offset
from watcher.demo.gold import gold

CONTENT = load_content()
BY_ID = {piece.id: piece for piece in CONTENT.pieces}
COPIES = [piece for piece in CONTENT.pieces if piece.relation == "copy"]
DAY = timedelta(days=1)
INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff]")


def language(piece: Piece) -> str:
    return CONTENT.outlets[piece.outlet].language


def words(piece: Piece) -> list[str]:
    """Words, or pairs of characters where no spaces are written."""
    text = piece.text.casefold()
    if language(piece) in ("zh", "ja"):
        letters = re.sub(r"\W", "", text)
        return [letters[start : start + 2] for start in range(len(letters) - 1)]
    return re.findall(r"\w+", text)


def shingles(piece: Piece) -> set[tuple[str, ...]]:
    found, size = words(piece), 8 if language(piece) in ("zh", "ja") else 5
    return {tuple(found[start : start + size]) for start in range(len(found) - size + 1)}


def kept(original: Piece, copy: Piece) -> tuple[float, float]:
    """The shares of the original's and of the copy's words that stand in both, in order."""
    a, b = words(original), words(copy)
    same = sum(block.size for block in difflib.SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks())
    return same / len(a), same / len(b)


def test_there_are_enough_outlets_articles_and_languages():
    publishing = {piece.outlet for piece in CONTENT.pieces}
    assert len(publishing) >= 14
    assert len(CONTENT.pieces) >= 80
    languages = Counter(language(piece) for piece in CONTENT.pieces)
    assert set(languages) >= {"en", "de", "pt", "it", "es", "fr", "zh", "ja", "ru", "ko", "ar"}
    assert min(languages.values()) >= 3


def test_the_days_and_the_archive_have_their_share():
    offsets = [piece.offset for piece in CONTENT.pieces]
    assert sum(-DAY <= offset <= 0 * DAY for offset in offsets) >= 50
    assert sum(0 * DAY < offset <= DAY for offset in offsets) >= 25
    assert sum(offset < -DAY for offset in offsets) >= 20
    assert sum(DAY < offset <= 2 * DAY for offset in offsets) >= 25
    assert max(offsets) <= 2 * DAY


def test_articles_are_as_long_as_news_is():
    for piece in CONTENT.pieces:
        if piece.edit in ("cut", "joined", "wrapped"):
            continue
        # A Chinese or Japanese character weighs about half a word, a Korean word a fifth more than an English one.
        length = len(words(piece)) * {"zh": 0.5, "ja": 0.5, "ko": 1.2}.get(language(piece), 1)
        assert 105 <= length <= 450, (piece.id, length)


def test_every_address_is_used_once_and_every_word_of_a_page_is_there():
    assert len({(piece.outlet, piece.path) for piece in CONTENT.pieces}) == len(CONTENT.pieces)
    keys = set(CONTENT.phrases["en"])
    for outlet in CONTENT.outlets.values():
        assert set(CONTENT.phrases[outlet.language]) == keys


def test_relations_point_to_something_earlier_of_the_same_story():
    seeds = {"seed:000", "seed:001", "seed:002", "seed:003", "seed:004"}
    for piece in CONTENT.pieces:
        assert bool(piece.of) == (piece.relation != "new"), piece.id
        for name in set(piece.of) - seeds:
            assert BY_ID[name].offset < piece.offset, piece.id
        if piece.relation == "retelling" and not set(piece.of) & seeds:
            assert {BY_ID[name].story for name in piece.of} == {piece.story}
        if piece.relation == "copy":
            assert piece.story in {BY_ID[name].story for name in piece.of}
        if piece.relation == "related":
            assert all(BY_ID[name].story != piece.story for name in piece.of)


def test_each_story_begins_once():
    for story in {piece.story for piece in CONTENT.pieces}:
        pieces = [piece for piece in CONTENT.pieces if piece.story == story]
        told_by_seeds = any(name.startswith("seed:") for piece in pieces for name in piece.of)
        begun = [piece for piece in pieces if piece.relation in ("new", "related")]
        assert len(begun) == (0 if told_by_seeds else 1), story
        if begun:
            assert begun[0] is pieces[0], story


def test_what_a_retelling_adds_stands_in_it_and_in_nothing_before_it():
    adding = [piece for piece in CONTENT.pieces if piece.adds]
    assert len({piece.story for piece in adding}) >= 2
    for piece in adding:
        assert piece.relation == "retelling"
        earlier = [each for each in CONTENT.pieces if each.story == piece.story and each.offset < piece.offset]
        for sentence in piece.adds:
            assert sentence in piece.text, piece.id
            assert not any(sentence in each.text for each in earlier), piece.id


def test_the_last_day_brings_late_retellings_in_many_languages_and_little_news():
    last = [piece for piece in CONTENT.pieces if piece.offset > DAY]
    late = [piece for piece in last if piece.relation == "retelling" and not piece.adds and is_told_before(piece)]
    assert len({language(piece) for piece in late}) >= 8
    assert sum("seed:" in "".join(piece.of) for piece in late) >= 2
    assert sum(piece.relation == "copy" for piece in last) >= 1
    assert sum(CONTENT.outlets[piece.outlet].role == "forum" and bool(piece.links) for piece in last) == 1
    new = {piece.story for piece in last if piece.relation in ("new", "related")}
    assert len(new) == 4
    assert all(len({language(piece) for piece in last if piece.story == story}) >= 2 for story in new)
    assert any(piece.relation == "related" and piece.trap for piece in last)


def is_told_before(piece: Piece) -> bool:
    return any(name.startswith("seed:") or BY_ID[name].offset <= DAY for name in piece.of)


def test_every_kind_of_copy_and_trap_is_there():
    edits = {"verbatim", "recased", "wire", "cut", "wrapped", "joined", "shuffled", "ocr", "lookalike"}
    assert {piece.edit for piece in COPIES} == edits
    assert {"zh", "ja"} <= {language(piece) for piece in COPIES}
    assert all(bool(piece.edit) == (piece.relation == "copy") for piece in CONTENT.pieces)
    assert sum(bool(piece.trap) for piece in CONTENT.pieces) >= 10
    assert sum("seed:" in "".join(piece.of) for piece in CONTENT.pieces) >= 9
    retold = {piece.story for piece in CONTENT.pieces if piece.relation == "retelling"}
    across = [s for s in retold if len({language(p) for p in CONTENT.pieces if p.story == s}) >= 4]
    assert len(across) >= 6


@pytest.mark.parametrize("copy", COPIES, ids=lambda piece: f"{piece.edit}:{piece.id}")
def test_copies_are_edited_as_far_as_they_say_and_no_further(copy):
    original = BY_ID[copy.of[0]]
    of_original, of_copy = kept(original, copy)
    match copy.edit:
        case "verbatim":
            assert copy.body == original.body
        case "recased":
            assert copy.body == original.body
            assert copy.title != original.title
            assert copy.title.casefold() == original.title.casefold()
        case "wire":  # a tenth to a fifth of the words, with one paragraph out and another in
            assert 0.8 <= of_original <= 0.9
            assert 0.8 <= of_copy <= 0.9
        case "cut":
            assert original.body.startswith(copy.body.rstrip("… "))
            assert 0.35 <= len(copy.body) / len(original.body) <= 0.45
        case "wrapped":
            assert of_original == 1
            assert 0.5 <= of_copy <= 0.75
        case "joined":
            assert len(copy.of) == 2
            assert all(BY_ID[name].body in copy.body for name in copy.of)
        case "shuffled":
            assert copy.paragraphs != original.paragraphs
            assert sorted(copy.paragraphs) == sorted(original.paragraphs)
        case "ocr":
            assert 0.85 <= of_original <= 0.97
        case "lookalike":
            letters = str.maketrans("аеорсхі", "aeopcxi")
            assert INVISIBLE.sub("", copy.body).translate(letters) == original.body
            assert of_original < 0.9
            assert INVISIBLE.search(copy.body)
        case other:
            pytest.fail(f"no rule for {other}")


def test_articles_that_are_no_copies_share_no_wording():
    quoting = {piece.id for piece in CONTENT.pieces if piece.trap.startswith("quotes")}
    bulletins = {piece.id for piece in CONTENT.pieces if piece.story.startswith("index")}
    written = [piece for piece in CONTENT.pieces if piece.relation != "copy"]
    cut = {piece.id: shingles(piece) for piece in written}
    for a, b in itertools.combinations(written, 2):
        common = len(cut[a.id] & cut[b.id])
        if {a.id, b.id} <= bulletins or (b.id in quoting and a.id in b.of):
            assert common >= 40, (a.id, b.id)  # the trap is set
        else:
            assert common <= 2, (a.id, b.id, cut[a.id] & cut[b.id])


def test_names_are_labelled_where_they_stand():
    names = {
        "nvidia": r"nvidia|英伟达|エヌビディア|엔비디아|إنفيديا",
        "deepseek": r"deepseek|深度求索|딥시크",
        "ascend": r"ascend|昇腾|어센드|أسيند",
    }
    for piece in CONTENT.pieces:
        text = INVISIBLE.sub("", f"{piece.title}\n{piece.text}")
        for topic, pattern in names.items():
            named = re.search(pattern, text, re.IGNORECASE) is not None
            assert named == (topic in piece.topics) or (topic == "ascend" and piece.trap), (piece.id, topic)


def test_text_is_clean_but_for_the_piece_that_must_not_be():
    for piece in CONTENT.pieces:
        if piece.edit == "lookalike":
            continue
        for text in (piece.title, piece.body):
            assert unicodedata.is_normalized("NFC", text), piece.id
            assert not INVISIBLE.search(text), piece.id


def test_gold_knows_every_address_and_how_far_a_reader_gets(newsroom):
    truth = gold(newsroom)
    assert len(truth) == len(CONTENT.pieces)
    by_id = {row.id: row for row in truth.values()}
    copy = by_id["harbourpost/technology-in-brief"]
    assert copy.of == (by_id["meridian/johor-seizure-h200"].url, by_id["meridian/brazil-anpd-deepseek"].url)
    assert by_id["faro/r1-chips-huawei"].seeds == ("000", "001", "003")
    assert by_id["kestrel/ascend-950dt-memory"].reach == "headline"
    assert by_id["harbourpost/saturday-derby-preview"].topics == {}
    assert all(url == row.url for url, row in truth.items())


def test_the_newsroom_fits_into_the_wheel():
    folder = Path(watcher.demo.__file__).parent
    assert sum(file.stat().st_size for file in folder.rglob("*") if file.suffix != ".pyc") < 1_500_000


@pytest.mark.parametrize(
    ("text", "hours"), [("-1d2h30m", -26.5), ("+45m", 0.75), ("-3d", -72), ("+14h10m", 14 + 1 / 6)]
)
def test_offsets_are_read(text, hours):
    assert parse_offset(text) == timedelta(hours=hours)


def test_an_offset_without_a_sign_is_refused():
    with pytest.raises(ValueError, match="not an offset"):
        parse_offset("3h")
