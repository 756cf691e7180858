from hypothesis import given
from hypothesis import strategies as st

from watcher.stories.meaning.pieces import KINDS, LEAD, OPENING, pieces, text_hash
from watcher.types import Document


def made(text: str, title: str = "") -> dict[str, str]:
    return dict(pieces(Document("1", text, title)))


def test_a_title_a_lead_and_the_opening_are_encoded_apart() -> None:
    words = [f"word{number}" for number in range(400)]
    found = made(" ".join(words), "The  title")
    assert list(found) == ["title", "lead", "opening"]
    assert found["title"] == "The title"
    assert LEAD - 20 < len(found["lead"]) <= LEAD
    assert OPENING - 20 < len(found["opening"]) <= OPENING
    assert found["opening"].startswith(found["lead"] + " ")
    assert found["opening"].split() == words[: len(found["opening"].split())]


def test_a_document_has_only_the_pieces_it_has() -> None:
    assert made("", "A title") == {"title": "A title"}
    assert made("A short text.") == {"lead": "A short text."}
    assert made("", "") == {}
    assert made(" \n", "-- …") == {}


def test_a_dense_script_ends_sooner() -> None:
    chinese, korean, latin = (made(letter * 3_000) for letter in ("汉", "한", "x"))
    assert [len(found["lead"]) for found in (chinese, korean, latin)] == [160, 200, 400]
    assert [len(found["opening"]) for found in (chinese, korean, latin)] == [400, 500, 1_000]


def test_the_sites_furniture_is_not_encoded() -> None:
    story = (
        "The ferry ran aground off the northern cape on Tuesday evening with ninety people on board. All of them were "
        "taken off by two fishing boats before midnight, the harbour master said, and nobody was hurt."
    )
    found = made(f"We use cookies and similar technologies on this site. Accept all cookies.\n{story}")
    assert found == {"lead": story}


def test_line_breaks_do_not_change_what_is_encoded() -> None:
    assert made("One line.\nAnother line.") == made("One line.  Another line.")


@given(st.text(max_size=3_000), st.text(max_size=400))
def test_whatever_comes_in_an_encoder_can_take_what_comes_out(text: str, title: str) -> None:
    found = made(text, title)
    assert set(found) <= set(KINDS)
    for piece in found.values():
        assert piece == piece.strip() != ""
        assert "\0" not in piece
        assert len(piece.encode()) <= 4 * OPENING
    assert found == made(text, title)


@given(st.text(), st.text())
def test_a_texts_hash_fits_a_row_and_is_its_own(one: str, other: str) -> None:
    assert -(2**63) <= text_hash(one) < 2**63
    assert (text_hash(one) == text_hash(other)) == (one == other)


def test_a_texts_hash_stays_what_it_was() -> None:
    assert text_hash("Huawei 昇腾") == -2_408_969_662_555_427_173
