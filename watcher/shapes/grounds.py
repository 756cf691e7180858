"""The grounds of a decision in plain words: signals, facts for and against, passages, the score against its cut."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from watcher.digest.reading import document
from watcher.ports import Judge
from watcher.types import TELLS, Evidence, Fact, Likeness, Match, Placement, Refusal, StoredArticle, Verdict

_QUOTED, _QUOTE = 3, 90  # passages quoted, and characters of each
_NAMED = 8  # facts named of each kind of evidence


def standing(score: float, cut: float, *, tells: bool) -> str:
    """A score against its cut, in words."""
    if not cut:
        return f"score {score:.2f}"
    near = ", close to it" if abs(score - cut) < 0.15 else ""
    return f"score {score:.2f}, {'at or above' if tells else 'below'} the cut of {cut:.2f}{near}"


def lines(evidence: Evidence, text: str) -> Iterator[str]:
    """What spoke for a relation and against it, a line each; passages lie in `text`."""
    if evidence.signals:
        yield "  signals: " + ", ".join(f"{name} {score:.2f}" for name, score in evidence.signals.items())
    for name, found in (("shared", evidence.shared), ("conflicts", evidence.conflicts)):
        if found:
            more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
            yield f"  {name}: " + ", ".join(f"{fact.kind} {fact.value}" for fact in found[:_NAMED]) + more
    if evidence.passages:
        characters = sum(passage.end - passage.start for passage in evidence.passages)
        pieces = len(evidence.passages)
        yield f"  shared text: {characters} characters in {f'{pieces} pieces' if pieces > 1 else 'one piece'}"
        yield from (f"    “{quote}”" for quote in quotes(evidence, text))


def quotes(evidence: Evidence, text: str) -> list[str]:
    """The longest shared passages, shortened, in the order of the text."""
    longest = sorted(evidence.passages, key=lambda passage: passage.start - passage.end)[:_QUOTED]
    found = []
    for passage in sorted(longest, key=lambda passage: passage.start):
        quote = " ".join(text[passage.start : passage.end].split())
        if quote:
            found.append(quote if len(quote) <= _QUOTE else quote[: _QUOTE - 1].rstrip() + "…")
    return found


def row(evidence: Evidence) -> dict[str, Any]:
    """Evidence in the contract's shape."""
    return {
        "signals": dict(evidence.signals),
        "shared": facts_row(evidence.shared),
        "conflicts": facts_row(evidence.conflicts),
        "passages": [{"start": passage.start, "end": passage.end} for passage in evidence.passages],
        "cut": evidence.cut,
    }


def facts_row(facts: Sequence[Fact]) -> list[dict[str, str]]:
    return [{"kind": fact.kind, "value": fact.value} for fact in facts]


def between(
    judge: Judge,
    stored: StoredArticle,
    other: StoredArticle | None,
    verdict: Verdict | None,
    cut: float,
    conflicts: Sequence[Fact] = (),
) -> Evidence:
    """The evidence about two articles: what the verdict kept of it, or else what `judge` sees in them now."""
    if other is None:
        return Evidence(conflicts=tuple(conflicts), cut=cut)
    kept = _kept(verdict, str(other.id))
    if kept is not None:
        return kept.evidence
    now = judge.compare(document(stored), document(other)).evidence
    return replace(now, conflicts=tuple(conflicts) or now.conflicts, cut=cut)


def _kept(verdict: Verdict | None, other: str) -> Match | None:
    if verdict is None:
        return None
    earlier = (verdict.earlier,) if verdict.earlier else ()
    return next((match for match in (*earlier, *verdict.also) if match.id == other and match.evidence.signals), None)


def not_grouped(verdict: Verdict | None, placement: Placement | None) -> Refusal | None:
    """The nearest thing an article was not grouped with, and why not."""
    if placement is not None and placement.refused:
        return placement.refused[0]
    nearest = verdict.earlier if verdict is not None else None
    by = placement.by if placement is not None else None
    if nearest is None or nearest.relation in TELLS or (by is not None and by.other == nearest.id):
        return None
    conflicts, cut = nearest.evidence.conflicts, nearest.evidence.cut
    if nearest.score >= cut:
        why = "facts contradict each other" if conflicts else "it shares the subject, and tells other news"
    else:
        why = f"its score {nearest.score:.2f} is below the cut {cut:.2f}"
        why += ", and facts contradict each other" if conflicts else ""
    return Refusal(nearest.id, nearest.relation, nearest.score, why, conflicts)


def cut_of(refused: Refusal, verdict: Verdict | None, by: Likeness | None) -> float:
    """The cut a refused likeness was held against, as far as it is known."""
    kept = _kept(verdict, refused.other)
    return kept.evidence.cut if kept else by.cut if by else 0.0
