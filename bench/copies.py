"""Recognising copies, ours beside MinHash: python bench/copies.py [--out FILE]

The set is `tests/eval/copies*.jsonl`. The peer is what most programs do: datasketch, 128 permutations, five-word
shingles (five characters where a script has no spaces), the same text from 0.7 on; and once more with the cut at which
it does best on the half of the set we tuned on. Figures are for the held-out half.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

from datasketch import MinHash

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from watcher.stories.copy import CUT, CopySignal, fingerprint  # noqa: E402 - after the path is set
from watcher.stories.judge import StoryJudge  # noqa: E402
from watcher.text.scripts import spaceless_share  # noqa: E402
from watcher.types import Document  # noqa: E402

EVAL = ROOT / "tests" / "eval"


def rows(name: str) -> list[dict]:
    return [json.loads(line) for line in (EVAL / name).read_text(encoding="utf-8").splitlines()]


def minhash(text: str) -> MinHash:
    words = list(text.lower()) if spaceless_share(text) > 0.3 else re.findall(r"\w+", text.lower())
    made = MinHash(num_perm=128)
    made.update_batch([" ".join(words[at : at + 5]).encode() for at in range(max(1, len(words) - 4))])
    return made


def measured(pairs: list[dict], value: Callable[[dict], float], cut: float) -> dict[str, float | int]:
    right = false = missed = 0
    for pair in pairs:
        said, is_copy = value(pair) >= cut, pair["gold"] == "copy"
        right += said and is_copy
        false += said and not is_copy
        missed += is_copy and not said
    f1 = 2 * right / max(1, 2 * right + false + missed)
    return {
        "cut": round(cut, 3),
        "pairs": len(pairs),
        "right": right,
        "false": false,
        "missed": missed,
        "f1": round(f1, 4),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path)
    out = parser.parse_args().out
    documents = {
        row["id"]: Document(row["id"], row["text"], row["title"], row["language"]) for row in rows("copies.jsonl")
    }
    pairs = rows("copies_pairs.jsonl")
    signal = CopySignal()
    known = {own: Document(own, "", fingerprint=fingerprint(document.text)) for own, document in documents.items()}
    hashed = {own: minhash(document.text) for own, document in documents.items()}

    ways: dict[str, Callable[[dict], float]] = {
        "ours": lambda pair: signal.score(documents[pair["a"]], documents[pair["b"]]).value,
        "ours, by fingerprint": lambda pair: signal.score(documents[pair["a"]], known[pair["b"]]).value,
        "MinHash": lambda pair: hashed[pair["a"]].jaccard(hashed[pair["b"]]),
    }
    halves = {half: [pair for pair in pairs if pair["split"] == half] for half in ("tune", "held-out")}
    tuned = max(
        (measured(halves["tune"], ways["MinHash"], step / 100) for step in range(5, 100)), key=lambda m: m["f1"]
    )
    results: dict[str, object] = {
        "ours": measured(halves["held-out"], ways["ours"], CUT),
        "ours, by fingerprint": measured(halves["held-out"], ways["ours, by fingerprint"], CUT),
        "MinHash 0.7": measured(halves["held-out"], ways["MinHash"], 0.7),
        f"MinHash tuned to {tuned['cut']}": measured(halves["held-out"], ways["MinHash"], float(tuned["cut"])),
    }
    for name, figures in results.items():
        print(f"{name:24} {figures}")
    results["time"] = timed(documents)
    print(f"{'time':24} {results['time']}")
    if out:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


def timed(documents: dict[str, Document]) -> dict[str, float]:
    """Milliseconds for a text of 3,000 characters: its keys, and one of 20 candidates never seen before."""
    judge = StoryJudge()
    judge.keys(documents["de-theater"])
    whole = documents["en-water-long"].text
    texts = [whole[at : at + 3000] for at in range(0, 220, 10)]  # twenty overlapping texts: each is aligned in full
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


if __name__ == "__main__":
    main()
