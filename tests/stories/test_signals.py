"""One contract for all signals: whoever adds one to the table is tested here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.stories.address import AddressSignal
from watcher.stories.copy import CopySignal
from watcher.stories.facts import FactsSignal
from watcher.stories.signal import Signal
from watcher.types import Document

COPIES = Path(__file__).parent.parent / "eval" / "copies.jsonl"
ANY = st.text(st.characters(codec=None, exclude_categories=()), max_size=200)


def documents() -> list[Document]:
    rows = [json.loads(line) for line in COPIES.read_text(encoding="utf-8").splitlines()]
    return [
        Document(row["id"], row["text"], row["title"], row["language"], url=f"https://news.example/{row['id']}")
        for row in rows[:90]
    ]


DOCUMENTS = documents()
SIGNALS: tuple[Signal, ...] = (AddressSignal(), CopySignal(), FactsSignal())
"""Those that have keys; meaning is found by an index and has tests of its own."""
each_signal = pytest.mark.parametrize("signal", SIGNALS, ids=lambda signal: signal.name)


def test_every_signal_has_a_name_of_its_own() -> None:
    assert len({signal.name for signal in SIGNALS}) == len(SIGNALS)


@each_signal
def test_keys_are_few_signed_64_bit_and_carry_name_and_version(signal: Signal) -> None:
    for document in DOCUMENTS:
        keys = signal.keys(document)
        assert 1 <= len(keys) <= 64
        assert len(set(keys)) == len(keys)
        assert all(-(2**63) <= key.value < 2**63 for key in keys)
        assert all((key.signal, key.version) == (signal.name, signal.version) for key in keys)


@each_signal
def test_a_document_is_wholly_like_itself(signal: Signal) -> None:
    assert all(signal.score(document, document).value == 1.0 for document in DOCUMENTS)


@each_signal
def test_scores_lie_between_0_and_1_and_do_not_depend_on_the_order(signal: Signal) -> None:
    for number, a in enumerate(DOCUMENTS):
        for b in DOCUMENTS[number + 1 : number + 4]:
            score = signal.score(a, b)
            assert 0.0 <= score.value <= 1.0
            assert score.value == signal.score(b, a).value


# Facts promise no such thing: bulletins of one form say much alike and share no rare fact, and two rare facts in three
# are a key of some retelling (candidate recall is measured in tests/eval/test_stories_floors.py).
@pytest.mark.parametrize("signal", [AddressSignal(), CopySignal()], ids=lambda signal: signal.name)
def test_documents_with_a_high_score_share_a_key(signal: Signal) -> None:
    for a in DOCUMENTS:
        for b in DOCUMENTS:
            if a is not b and signal.score(a, b).value >= 0.6:
                assert set(signal.keys(a)) & set(signal.keys(b)), (a.id, b.id)


@each_signal
@given(a=ANY, b=ANY)
def test_any_string_is_accepted(signal: Signal, a: str, b: str) -> None:
    one, other = Document("1", a, title=b, url=a), Document("2", a + b, title=a, url=b)
    signal.keys(one)
    score = signal.score(one, other)
    assert 0.0 <= score.value <= 1.0
    assert all(0 <= passage.start < passage.end <= len(a) for passage in score.passages)


def test_keys_are_the_same_in_every_process() -> None:
    code = (
        "import sys; from watcher.stories.judge import StoryJudge; from watcher.types import Document\n"
        "d = Document('1', sys.argv[1], url='https://news.example/a')\n"
        "print([key.value for key in StoryJudge().keys(d)])"
    )
    text = DOCUMENTS[0].text
    ours = [key.value for signal in SIGNALS for key in signal.keys(Document("1", text, url="https://news.example/a"))]
    for seed in ("1", "2"):
        shown = subprocess.run(
            [sys.executable, "-c", code, text],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONUTF8": "1"},
        )
        assert json.loads(shown.stdout) == ours
