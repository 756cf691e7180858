"""Recognising copies, ours beside MinHash, on the labelled set `tests/eval/copies*.jsonl`.

Figures are for the held-out half. The peer is datasketch's MinHash with the usual cut of 0.7, and once more with the
cut at which it does best on the other half.
"""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from results import keep

from watcher.stories.copy import CUT, CopySignal, fingerprint
from watcher.stories.judge import StoryJudge
from watcher.types import Document

HERE = Path(__file__).parent
EVAL = HERE.parent / "tests" / "eval"
PEER = HERE.parent / ".venv-bench" / "bin" / "python"

Row = dict[str, Any]
Value = Callable[[Row], float]


def rows(name: str) -> list[Row]:
    return [json.loads(line) for line in (EVAL / name).read_text("utf-8").splitlines()]


def jaccards(texts: dict[str, str], pairs: list[Row]) -> dict[tuple[str, str], float]:
    """MinHash's estimate for each pair; nothing where the peer's environment is missing."""
    if not PEER.exists():
        return {}
    ends = [(pair["a"], pair["b"]) for pair in pairs]
    asked = json.dumps({"texts": texts, "pairs": ends})
    command = [str(PEER), str(HERE / "peers" / "minhash.py")]
    done = subprocess.run(command, input=asked, stdout=subprocess.PIPE, text=True, check=True)
    return dict(zip(ends, json.loads(done.stdout), strict=True))


def measured(pairs: list[Row], value: Value, cut: float) -> dict[str, float | int]:
    right = false = missed = 0
    for pair in pairs:
        said, is_copy = value(pair) >= cut, pair["gold"] == "copy"
        right += said and is_copy
        false += said and not is_copy
        missed += is_copy and not said
    f1 = round(2 * right / max(1, 2 * right + false + missed), 4)
    return {"cut": round(cut, 3), "pairs": len(pairs), "right": right, "false": false, "missed": missed, "f1": f1}


def timed(documents: dict[str, Document]) -> dict[str, float]:
    """Milliseconds for a text of 3,000 characters: its keys, and one of 20 candidates never seen before."""
    judge = StoryJudge()
    whole = documents["en-water-long"].text
    texts = [whole[at : at + 3000] for at in range(0, 220, 10)]  # twenty overlapping texts: each is aligned in full
    judge.keys(Document("warm", whole))
    keys, verdicts = [], []
    for own in texts[:3]:
        started = time.perf_counter()
        judge.keys(Document("x", own + " "))
        keys.append(time.perf_counter() - started)
    for turn in range(3):
        candidates = [Document(str(n), f"{text} {turn} {n}") for n, text in enumerate(texts[1:21])]
        started = time.perf_counter()
        judge.verdict(Document("x", texts[0] + " "), [], candidates)
        verdicts.append(time.perf_counter() - started)
    return {"keys_ms": round(1000 * min(keys), 2), "a_candidate_ms": round(1000 * min(verdicts) / 20, 2)}


def main() -> None:
    documents = {
        row["id"]: Document(row["id"], row["text"], row["title"], row["language"]) for row in rows("copies.jsonl")
    }
    pairs = rows("copies_pairs.jsonl")
    signal = CopySignal()
    known = {own: Document(own, "", fingerprint=fingerprint(document.text)) for own, document in documents.items()}
    hashed = jaccards({own: document.text for own, document in documents.items()}, pairs)
    tune, held_out = ([pair for pair in pairs if pair["split"] == half] for half in ("tune", "held-out"))

    def ours(pair: Row) -> float:
        return signal.score(documents[pair["a"]], documents[pair["b"]]).value

    def by_fingerprint(pair: Row) -> float:
        return signal.score(documents[pair["a"]], known[pair["b"]]).value

    def minhash(pair: Row) -> float:
        return hashed[pair["a"], pair["b"]]

    figures: dict[str, Any] = {
        "ours": measured(held_out, ours, CUT),
        "ours by fingerprint": measured(held_out, by_fingerprint, CUT),
        "time": timed(documents),
    }
    if hashed:
        best = max((measured(tune, minhash, step / 100) for step in range(5, 100)), key=lambda found: found["f1"])
        figures["minhash 0.7"] = measured(held_out, minhash, 0.7)
        figures["minhash tuned"] = measured(held_out, minhash, float(best["cut"]))
    keep("copies", figures)


if __name__ == "__main__":
    main()
