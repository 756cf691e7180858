"""One story with everything that is known of it, as programs get it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from watcher.digest.figures import differences, reported, shared
from watcher.digest.reading import Reader, closely, first_report, sourcing
from watcher.shapes.articles import article_row, iso, story_row
from watcher.shapes.grounds import facts_row
from watcher.types import Correction, Difference, Match, Placement, StoredArticle, Story, Verdict

if TYPE_CHECKING:
    from watcher.store import SqlStore


def story_shape(store: SqlStore, story: Story) -> dict[str, Any]:
    """A story: its timeline (articles, the earliest first), whose reporting it is, what its reports share and differ
    in, what put each article there and which passages it shares, what was corrected by hand."""
    ids = [each.id for each in story.articles]
    read = _with_texts(store, story)
    reader = Reader()
    found = sourcing(read, reader)
    return {
        **story_row(story),
        "articles": [article_row(each) | {"date": iso(each.article.effective)} for each in story.articles],
        "first_report": first_report(read, reader, found),
        "originals": list(found.originals),
        "unclear": list(found.unclear),
        "shared": [{"kind": each.kind, "value": each.value} for each in shared(read, reader)],
        "differences": [_difference(each) for each in differences(read, reader)],
        "relations": _relations(ids, store.placements(ids), store.verdicts(ids)),
        "corrections": [correction_row(each) for each in store.corrections_on(ids)],
        "editions": [
            {"id": each.id, "date": each.date.isoformat(), "schedule": each.schedule}
            for each in store.tellings(story.id)
        ],
    }


def correction_row(said: Correction) -> dict[str, Any]:
    """What was said by hand about which articles belong together."""
    return {
        "id": said.id,
        "kind": said.kind,
        "made": said.made.isoformat(),
        "together": [list(group) for group in said.together],
        "apart": [[list(left), list(right)] for left, right in said.apart],
    }


def _with_texts(store: SqlStore, story: Story) -> list[StoredArticle]:
    """The story's articles, those that are read for their facts and origins with their texts."""
    wanted = closely(story.articles) | {each.id for each in reported(story.articles)}
    read = store.read(sorted(wanted))
    return [
        replace(each, article=full.article, facts=full.facts) if (full := read.get(each.id)) else each
        for each in story.articles
    ]


def _relations(
    ids: Sequence[int], placements: Mapping[int, Placement], verdicts: Mapping[int, Verdict]
) -> list[dict[str, Any]]:
    """What put each article where it is, with the evidence that was kept of it; passages lie in its own text."""
    found = []
    for number in ids:
        placement = placements.get(number)
        by = placement.by if placement else None
        if by is None:
            continue
        evidence = _kept(verdicts.get(number), by.other)
        found.append(
            {
                "article": number,
                "to": int(by.other),
                "relation": by.relation.value,
                "score": by.score,
                "cut": by.cut,
                "shared": facts_row(evidence.evidence.shared) if evidence else [],
                "conflicts": facts_row(by.conflicts),
                "passages": [{"start": each.start, "end": each.end} for each in evidence.evidence.passages]
                if evidence
                else [],
            }
        )
    return found


def _kept(verdict: Verdict | None, other: str) -> Match | None:
    if verdict is None:
        return None
    matches = (*((verdict.earlier,) if verdict.earlier else ()), *verdict.also)
    return next((match for match in matches if match.id == other), None)


def _difference(each: Difference) -> dict[str, Any]:
    figures = [{"value": figure.value, "outlets": list(figure.outlets)} for figure in each.figures]
    return {"unit": each.unit, "of": each.of, "figures": figures}
