"""Makes the labelled set of copies from `copies_texts.toml`: python tests/eval/make_copies.py

Writes `copies.jsonl` (documents in the order of a stream: originals first, then what was made of them; `stories` names
the originals a document carries) and `copies_pairs.jsonl` (pairs with `gold`: copy, or why not). The same every time.
Originals are split by turns into `tune` and `held-out`; whatever is made from one belongs to its half.
"""

from __future__ import annotations

import json
import random
import re
import tomllib
from collections.abc import Callable, Iterator
from itertools import combinations, pairwise
from pathlib import Path

HERE = Path(__file__).parent
SPLITS = ("tune", "held-out")
_CHOICE = re.compile(r"\{([^{}]*)\}")

# What a scanner misreads: 2 % of the characters.
_MISREAD = dict(zip("eoailrtnscbhudmg05183", "cocilftuseohvdnqOSlBB", strict=True)) | {
    "l": "1",
    "o": "0",
    "m": "rn",
    "d": "cl",
}
_LATIN_TO_CYRILLIC = dict(zip("aceopxyijsABCEHKMOPTX", "асеорхуіјѕАВСЕНКМОРТХ", strict=True))
_CYRILLIC_TO_LATIN = {cyrillic: latin for latin, cyrillic in _LATIN_TO_CYRILLIC.items() if latin not in "ijs"}
_LATIN_TO_GREEK = {"o": "ο", "v": "ν", "A": "Α", "E": "Ε", "T": "Τ", "u": "υ"}
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"


def chosen(text: str, which: int) -> str:
    """One filling of `{first|second|third}`."""

    def pick(match: re.Match[str]) -> str:
        wordings = match.group(1).split("|")
        return wordings[min(which, len(wordings) - 1)]

    return _CHOICE.sub(pick, text)


def original(text: str) -> str:
    return "\n\n".join(p.lstrip("-－ ") for p in _paragraphs(chosen(text, 0)) if p[0] not in "+＋")


def wired(text: str) -> str:
    """The hand-written edit: other wordings, one paragraph out, another in."""
    return "\n\n".join(p.lstrip("+＋ ") for p in _paragraphs(chosen(text, 1)) if p[0] not in "-－")


def recased(text: str, chance: random.Random) -> str:
    return text.upper() if chance.random() < 0.5 else text.lower()


def respaced(text: str, chance: random.Random) -> str:
    return re.sub(r"\s+", lambda _: chance.choice(["  ", "\n", "\u00a0", "\t ", " "]), text)


def cut(text: str, _: random.Random) -> str:
    return text[: int(0.4 * len(text))] + "…"


def reordered(text: str, chance: random.Random) -> str:
    paragraphs = _paragraphs(text)
    before = list(paragraphs)
    while paragraphs == before:
        chance.shuffle(paragraphs)
    return "\n\n".join(paragraphs)


def misread(text: str, chance: random.Random) -> str:
    letters = sorted({character for character in text if character.isalnum()})
    read = []
    for character in text:
        if character.isspace() or chance.random() >= 0.02:
            read.append(character)
        elif chance.random() < 0.15:
            read.append("")
        else:
            read.append(_MISREAD.get(character) or chance.choice(letters))
    return "".join(read)


def disguised(text: str, chance: random.Random) -> str:
    """Look-alike letters of another alphabet in the place of half of those that have one."""
    is_cyrillic = sum("а" <= character.lower() <= "я" for character in text) > len(text) / 3
    table = _CYRILLIC_TO_LATIN if is_cyrillic else chance.choice([_LATIN_TO_CYRILLIC, _LATIN_TO_GREEK])
    return "".join(table.get(c, c) if chance.random() < 0.5 else c for c in text)


def invisible(text: str, chance: random.Random) -> str:
    return "".join(c + (chance.choice(_INVISIBLE) if chance.random() < 0.12 else "") for c in text)


CHANGES: dict[str, Callable[[str, random.Random], str]] = {
    "recased": recased, "respaced": respaced, "cut": cut, "reordered": reordered,
    "misread": misread, "disguised": disguised, "invisible": invisible,
}  # fmt: skip
# Each original gets six of these by turns; "wired" and "wrapped" need more than the text and are done first and last.
RECIPES = (
    "republished", "wired", "cut", "wrapped", "misread", "wired+wrapped", "reordered", "cut+wrapped", "disguised",
    "wired+misread", "respaced", "misread+wrapped", "invisible", "cut+misread", "recased", "wired+cut",
    "reordered+misread", "wired+disguised", "cut+respaced", "wired+recased", "reordered+wrapped", "invisible+misread",
    "wired+reordered",
)  # fmt: skip
_EACH = 6


def make() -> tuple[list[dict], list[dict]]:
    """Documents and labelled pairs."""
    texts = tomllib.loads((HERE / "copies_texts.toml").read_text(encoding="utf-8"))
    frames: dict[str, list[dict]] = {}
    for frame in texts["furniture"]:
        frames.setdefault(frame["language"], []).append(frame)
    documents: list[dict] = []
    pairs: list[dict] = []
    for group in (_reports, _pages_of_two, _same_frame, _bulletins, _quotes, _retellings, _translations):
        for made, labelled in group(texts, frames):
            documents += made
            pairs += labelled
    known = {}
    for document in documents:  # a document that serves in two groups stands in the stream once
        known.setdefault(document["id"], document)
    ordered = sorted(known.values(), key=lambda document: "/" in document["id"])
    originals = [document for document in ordered if "/" not in document["id"]]
    made = ordered[len(originals) :]
    random.Random(20).shuffle(made)
    return originals + made, pairs


def _reports(texts: dict, frames: dict) -> Iterator[tuple[list[dict], list[dict]]]:
    turn = 0
    for number, report in enumerate(texts["report"]):
        first = _document(report["id"], report, original(report["text"]), number, "original", [report["id"]])
        documents, pairs = [first], []
        while len(documents) <= _EACH:
            recipe = RECIPES[turn % len(RECIPES)]
            turn += 1
            if not _possible(recipe, first["text"]):
                continue
            chance = random.Random(f"{report['id']}/{recipe}")
            text = _changed(recipe, report, frames, chance)
            row = _document(f"{report['id']}/{recipe}", report, text, number, recipe, [report["id"]])
            documents.append(row)
            pairs.append(_pair(row, first, "copy", recipe))
        yield documents, pairs


def _possible(recipe: str, text: str) -> bool:
    is_lettered = sum("a" <= c.lower() <= "z" or "а" <= c.lower() <= "я" for c in text) > len(text) / 2
    if "reordered" in recipe and len(_paragraphs(text)) < 3:
        return False
    return is_lettered or ("disguised" not in recipe and "recased" not in recipe)


def _changed(recipe: str, report: dict, frames: dict, chance: random.Random) -> str:
    steps = recipe.split("+")
    text = wired(report["text"]) if "wired" in steps else original(report["text"])
    for step in steps:
        if step in CHANGES:
            text = CHANGES[step](text, chance)
    return _wrapped(text, chance.choice(frames[report["language"]])) if "wrapped" in steps else text


def _pages_of_two(texts: dict, _: dict) -> Iterator[tuple[list[dict], list[dict]]]:
    """Two stories of one language and one half on a page, as they are, and once more misread or edited."""
    for one, other, number in _neighbours(texts["report"]):
        second = original(other["text"]), wired(other["text"]), misread(original(other["text"]), random.Random(number))
        kind = ("two", "two+wired", "two+misread")[number % 3]
        text = original(one["text"]) + "\n\n" + second[number % 3]
        split = texts["report"].index(one)
        page = _document(f"{one['id']}/{kind}", one, text, split, kind, [one["id"], other["id"]])
        yield [page], [_pair(page, {"id": report["id"]}, "copy", kind) for report in (one, other)]


def _same_frame(texts: dict, frames: dict) -> Iterator[tuple[list[dict], list[dict]]]:
    """Two stories with one site's furniture around both."""
    for one, other, number in _neighbours(texts["report"]):
        frame = frames[one["language"]][number % len(frames[one["language"]])]
        rows = [
            _document(
                f"{report['id']}/framed-{number}", report, _wrapped(original(report["text"]), frame),
                texts["report"].index(report), "framed", [report["id"]],
            )
            for report in (one, other)
        ]  # fmt: skip
        yield rows, [_pair(*rows, "not", "same furniture")]


def _neighbours(reports: list[dict]) -> Iterator[tuple[dict, dict, int]]:
    """Pairs of stories of one language and one half."""
    count = 0
    for language in dict.fromkeys(report["language"] for report in reports):
        for half in (0, 1):
            own = [r for n, r in enumerate(reports) if r["language"] == language and n % 2 == half]
            for one, other in pairwise(own):
                yield one, other, count
                count += 1


def _bulletins(texts: dict, _: dict) -> Iterator[tuple[list[dict], list[dict]]]:
    for number, form in enumerate(texts["bulletin"]):
        rows = []
        for which in range(3):
            own = f"{form['id']}-{which + 1}"
            text = "\n\n".join(_paragraphs(chosen(form["text"], which)))
            rows.append(_document(own, form, text, number, "bulletin", [own]) | {"title": chosen(form["title"], which)})
        yield rows, [_pair(a, b, "not", "one form, other figures") for a, b in combinations(rows, 2)]
        chance = random.Random(form["id"])
        copies = [
            rows[0] | {"id": f"{rows[0]['id']}/misread", "kind": "misread", "text": misread(rows[0]["text"], chance)},
            rows[1]
            | {"id": f"{rows[1]['id']}/respaced", "kind": "respaced", "text": respaced(rows[1]["text"], chance)},
        ]
        yield copies, [_pair(copy, row, "copy", copy["kind"]) for copy, row in zip(copies, rows, strict=False)]


def _quotes(texts: dict, _: dict) -> Iterator[tuple[list[dict], list[dict]]]:
    for number, quote in enumerate(texts["quote"]):
        rows = []
        for which, (title, text) in enumerate(zip(quote["titles"], quote["texts"], strict=True)):
            own = f"{quote['id']}-{which + 1}"
            whole = "\n\n".join(_paragraphs(text)).replace("@", quote["paragraph"])
            rows.append(_document(own, quote, whole, number, "quote", [own]) | {"title": title})
        yield rows, [_pair(*rows, "not", "one paragraph quoted by both")]


def _retellings(texts: dict, _: dict) -> Iterator[tuple[list[dict], list[dict]]]:
    for number, event in enumerate(texts["retelling"]):
        rows = []
        for which, (title, text) in enumerate(zip(event["titles"], event["texts"], strict=True)):
            own = f"{event['id']}-{which + 1}"
            rows.append(_document(own, event, text.strip(), number, "retelling", [own]) | {"title": title})
        yield rows, [_pair(*rows, "not", "retold in other words")]


def _translations(texts: dict, _: dict) -> Iterator[tuple[list[dict], list[dict]]]:
    for number, whole in enumerate(texts["translation"]):
        rows = []
        for language, text in whole["texts"].items():
            own = f"{whole['id']}-{language}"
            rows.append(_document(own, {"language": language, "title": ""}, text, number, "translation", [own]))
        yield rows, [_pair(a, b, "not", "translation") for a, b in combinations(rows, 2)]


def _document(own: str, source: dict, text: str, number: int, kind: str, stories: list[str]) -> dict:
    return {
        "id": own, "title": source.get("title", ""), "text": text, "language": source["language"],
        "kind": kind, "split": SPLITS[number % 2], "stories": stories,
    }  # fmt: skip


def _pair(a: dict, b: dict, gold: str, kind: str) -> dict:
    return {"a": a["id"], "b": b["id"], "gold": gold, "kind": kind, "split": a.get("split") or b["split"]}


def _paragraphs(text: str) -> list[str]:
    return [paragraph.strip() for paragraph in text.split("\n") if paragraph.strip()]


def _wrapped(text: str, frame: dict) -> str:
    return f"{frame['before'].strip()}\n\n{text}\n\n{frame['after'].strip()}"


def lines(rows: list[dict]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


if __name__ == "__main__":
    documents, pairs = make()
    (HERE / "copies.jsonl").write_text(lines(documents), encoding="utf-8")
    (HERE / "copies_pairs.jsonl").write_text(lines(pairs), encoding="utf-8")
