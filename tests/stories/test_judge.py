from __future__ import annotations

import random
import subprocess
import sys
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.errors import SeedError
from watcher.stories.copy import CUT, fingerprint
from watcher.stories.judge import StoryJudge
from watcher.stories.stream import Stream
from watcher.types import Document, Relation, Seed

JUDGE = StoryJudge()
BRIDGE = (
    "The bridge between Alder Point and the harbour will be closed to traffic from Monday, the city announced. "
    "Inspectors had found cracks in four of the six main girders, one of them forty centimetres long. "
    "Buses will use the tunnel, and cyclists are asked to take the ferry, which runs every twenty minutes. "
    "The repair is expected to cost 3.4 million dollars and to last until the middle of November."
)
HERON = (
    "A pair of grey herons has nested on the roof of the town hall for the first time since records began. "
    "The mayor has forbidden fireworks within two hundred metres until the chicks have fledged. "
    "A camera shows the nest day and night, and eleven thousand people watched on the first weekend. "
    "Ornithologists believe that the drought has driven the birds from the reed beds of the lower valley."
)


def doc(text: str, own: str = "x", **more: str) -> Document:
    return Document(own, text, **more)


def seed(text: str, own: str = "000", made_from: str | None = None) -> Seed:
    return Seed(own, "", text, "en", fingerprint=fingerprint(made_from) if made_from else None)


def test_a_copy_carries_its_passages_as_offsets_into_the_given_text() -> None:
    page = f"M\u00fcller\u200b  Zeitung\n\n{BRIDGE.upper()}\n\nMore news tomorrow"
    match = JUDGE.compare(doc(page), doc(BRIDGE, "b"))
    assert (match.id, match.relation) == ("b", Relation.COPY)
    (passage,) = match.evidence.passages
    assert page[passage.start : passage.end] == BRIDGE.upper().rstrip(".")
    assert match.evidence.signals["copy"] >= CUT
    assert match.score >= 0.95 > match.evidence.cut


def test_a_page_of_two_stories_is_a_copy_of_both() -> None:
    verdict = JUDGE.verdict(doc(f"{BRIDGE}\n{HERON}"), [], [doc(BRIDGE, "1"), doc(HERON, "2")])
    assert verdict.earlier is not None
    assert {verdict.earlier.id, *(match.id for match in verdict.also)} == {"1", "2"}


ORCHESTRA = (
    "The orchestra of Lindau will play in the old customs shed next winter, because its hall has no heating left. "
    "Musicians will wear mittens without fingers, and the audience is asked to bring blankets. "
    "The conductor spoke of an adventure, and tickets for the first concerts are free for schools."
)
HERON_AGAIN = (
    "Grey herons are breeding on top of Ebbing's town hall, which nobody has seen since records began. "
    "No fireworks may be lit within two hundred metres until the chicks have left, the mayor ordered. "
    "On the first weekend eleven thousand people watched the nest through a camera that is on day and night."
)


@pytest.mark.parametrize("language", ["en", "und"])
def test_a_quoted_paragraph_makes_no_two_stories_one(language: str) -> None:
    quote = " ".join(BRIDGE.split(". ")[2:])
    one, two = (doc(f"{text}\n{quote}", text[:9], language=language) for text in (HERON, ORCHESTRA))
    for a, b in ((one, two), (two, one)):
        match = JUDGE.compare(a, b)
        assert match.relation is Relation.RELATED
        assert match.score < match.evidence.cut
        assert match.evidence.passages


def test_two_reports_of_one_event_may_quote_the_same_paragraph() -> None:
    quote = " ".join(BRIDGE.split(". ")[2:])
    one, two = (doc(f"{text}\n{quote}", text[:9], language="en") for text in (HERON, HERON_AGAIN))
    assert JUDGE.compare(one, two).relation is Relation.RETELLING


def test_a_company_s_background_under_two_of_its_stories_makes_them_related() -> None:
    background = (
        "Nvidia, based in Santa Clara, has been barred since April 2025 from selling its H20 accelerators to China "
        "without a licence, and wrote down 5.5 billion dollars of stock."
    )
    laboratory = (
        "Nvidia will open a research laboratory in Haifa with 200 engineers, the company announced on Tuesday. The lab "
        "is to work on optical switches and will move into the former headquarters of a chip maker. The mayor "
        "welcomed the plan and promised quick permits."
    )
    purchase = (
        "Nvidia has agreed to buy a Danish maker of planning software for 320 million dollars in cash. The firm, "
        "founded in Aarhus, makes tools that plan power lines. Its 90 employees are to stay, both said on Monday. "
        "Regulators in Brussels still have to agree."
    )
    one = doc(f"{laboratory} {background}", title="Nvidia to open laboratory in Haifa", language="en")
    two = doc(f"{purchase} {background}", "b", title="Nvidia buys Danish software firm", language="en")
    assert JUDGE.compare(one, two).relation is Relation.RELATED


def test_an_unknown_banner_above_two_stories_does_not_make_them_copies() -> None:
    banner = (
        "Willkommen beim Talboten, der Zeitung für das ganze Tal. Unser Haus ist seit 1871 in Familienbesitz und wird "
        "von vierzig Redakteurinnen und Redakteuren gemacht. Wer uns unterstützen möchte, findet am Ende jeder Seite "
        "eine Nummer, unter der wir an allen Werktagen zu erreichen sind, auch in den Ferien und an Brückentagen.\n"
    )
    assert JUDGE.compare(doc(banner + BRIDGE), doc(banner + HERON, "b")).relation is not Relation.COPY


def test_one_form_with_other_figures_is_related_and_says_which() -> None:
    form = (
        "Water level of the Lorn at the old lock on {}: {} centimetres at seven in the morning, a change of {} since "
        "the day before. Shipping is not restricted. The next reading will be published tomorrow at the usual hour."
    )
    match = JUDGE.compare(doc(form.format("3 May", 212, 14)), doc(form.format("9 June", 187, 6), "b"))
    assert match.relation is Relation.RELATED
    assert ("number", "212 / 187") in {(fact.kind, fact.value) for fact in match.evidence.conflicts}


def test_a_title_alone_is_never_a_copy() -> None:
    title = "Bridge between Alder Point and the harbour closed from Monday"
    for text in ("", "Subscribe to read on"):
        match = JUDGE.compare(doc(text, title=title, language="en"), doc(text, "b", title=title.upper(), language="en"))
        assert match.relation in (Relation.RETELLING, Relation.RELATED)
    assert JUDGE.compare(doc("", title="News", language="en"), doc("", "b", title="News", language="en")).relation is (
        Relation.NEW
    )


def test_one_title_above_two_bulletins_makes_them_related() -> None:
    title = "What you need to know this morning in Alder Point and around"
    one, two = (doc(text, text[:5], title=title, language="en") for text in (BRIDGE, HERON))
    assert JUDGE.compare(one, two).relation is Relation.RELATED


def test_the_same_address_is_a_copy_unless_the_page_was_filled_anew() -> None:
    url = "https://beispielblatt.example/ticker"
    assert JUDGE.compare(doc("", url=url), doc(BRIDGE, "b", url=url)).relation is Relation.COPY
    assert JUDGE.compare(doc(HERON * 2, url=url), doc(BRIDGE * 2, "b", url=url)).relation is Relation.RELATED


def test_a_seed_with_a_fingerprint_is_known_by_that_and_not_by_its_text() -> None:
    known = seed(
        "An account of our own in a few words that nobody else has written down in this order before.", made_from=BRIDGE
    )
    verdict = JUDGE.verdict(doc(BRIDGE.lower()), [known, seed(HERON, "001")], [])
    assert verdict.seed is not None
    assert (verdict.seed.id, verdict.seed.relation) == ("000", Relation.COPY)
    assert [match.id for match in verdict.seeds] == ["000"]
    assert verdict.seed.evidence.passages
    told = JUDGE.verdict(doc(known.text), [known], []).seed
    assert told is not None
    assert told.relation is Relation.RETELLING  # the account's own words tell the news, and are no copy of the page


def test_a_fingerprint_is_one_short_line_that_toml_can_hold_and_shows_no_word() -> None:
    made = fingerprint(BRIDGE)
    assert made.startswith("v1:")
    assert len(fingerprint((BRIDGE + HERON) * 5)) <= 4000
    assert tomllib.loads(f'fingerprint = "{made}"')["fingerprint"] == made
    assert not any(word in made for word in BRIDGE.split() if len(word) > 4)


def test_two_documents_known_by_fingerprint_alone_are_compared_too() -> None:
    one = Document("1", "", fingerprint=fingerprint(BRIDGE))
    assert JUDGE.compare(one, Document("2", "", fingerprint=fingerprint(BRIDGE.upper()))).relation is Relation.COPY
    assert JUDGE.compare(one, Document("3", "", fingerprint=fingerprint(HERON))).relation is Relation.NEW
    assert set(JUDGE.keys(one)) & set(JUDGE.keys(doc(BRIDGE)))


@pytest.mark.parametrize("broken", ["v9:1:2", "v1:", "v1:60:AAAA:x:y:z", "hello"])
def test_a_damaged_fingerprint_says_so(broken: str) -> None:
    with pytest.raises(SeedError, match="fingerprint"):
        JUDGE.compare(doc(BRIDGE), Document("2", "", fingerprint=broken))


@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=300))
def test_any_text_has_a_fingerprint_by_which_it_can_be_compared(text: str) -> None:
    match = JUDGE.compare(doc(text), Document("2", "", fingerprint=fingerprint(text)))
    assert match.id == "2"
    assert 0 <= match.score <= 1


def test_a_stream_names_the_first_document_of_each_story() -> None:
    stream = Stream(JUDGE)
    stories = [
        stream.add(document).story
        for document in (
            doc(BRIDGE, "a"),
            doc(HERON, "b"),
            doc(BRIDGE.lower(), "c"),
            doc(HERON + BRIDGE, "d"),
            doc("", "e"),
        )
    ]
    assert stories[:3] == ["a", "b", "a"]
    assert stories[3] in ("a", "b")
    assert stories[4] == "e"


def test_a_stream_knows_the_seeds_too() -> None:
    assert Stream(JUDGE, [seed(BRIDGE)]).add(doc(BRIDGE)).verdict.seeds[0].id == "000"


def test_a_phrase_that_everyone_carries_does_not_make_a_stream_slow_or_blind() -> None:
    def words(number: int, count: int) -> str:
        chance = random.Random(number)
        return " ".join("".join(chance.choices("abdefgiklmnoprstu", k=7)) for _ in range(count)) + ". "

    stream = Stream(JUDGE)
    for number in range(60):
        stream.add(doc(words(number, 90) + words(-1, 60), str(number)))
    verdict = stream.add(doc(words(50, 90) + words(-1, 60), "again")).verdict
    assert verdict.earlier is not None
    assert verdict.earlier.id == "50"


def test_the_judge_loads_nothing_heavy() -> None:
    code = "import sys, watcher.stories.judge; print(' '.join(sys.modules))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"numpy", "pydantic", "sqlalchemy", "lxml", "trafilatura", "unittest"} & set(shown.stdout.split())


def _form(place: str, index: str, volume: str, rate: str) -> Document:
    text = (
        f"Shares in {place} closed at {index} points on Friday after a quiet session before the long weekend. "
        f"Dealers counted {volume} million shares, and the ten-year bond returned {rate} percent in late trading. "
        "Most of them expect little to happen before the central bank meets, and few wanted to take a position."
    )
    return Document(f"{place}-{index}", text, language="en")


def test_a_form_with_most_fields_alike_is_no_copy() -> None:
    judge = StoryJudge()
    one = _form("Oslo", "18432", "41", "2.7")
    assert judge.compare(one, _form("Turin", "17120", "41", "3.9")).relation is Relation.RELATED
    assert judge.compare(one, _form("Oslo", "17120", "37", "3.9")).relation is Relation.RELATED  # a week later
    assert judge.compare(one, _form("Oslo", "18432", "41", "2.8")).relation is Relation.COPY  # one figure corrected
