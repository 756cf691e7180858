"""A reader's edition as JSON: the shape that the contract promises to outside programs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from watcher.digest.view import StoryView, View
from watcher.types import Difference, Footer, Report

_COUNTS = (
    "articles", "stories", "headlines", "shelved", "known", "folded", "mentions", "retold", "outlets", "languages",
)  # fmt: skip


def to_json(view: View) -> dict[str, Any]:
    """The contract's keys, with what was added to them; ready for `json.dumps`."""
    return {
        "date": view.date.isoformat(),
        "schedule": view.schedule,
        "window": {"since": _moment(view.since), "until": _moment(view.until)},
        "counts": {name: getattr(view.counts, name) for name in _COUNTS},
        "cautions": [
            {"about": each.about, "name": each.name, "seen": each.seen, "usual": each.usual} for each in view.cautions
        ],
        "sections": [
            {"topic": section.topic, "title": section.title, "stories": [_story(story) for story in section.stories]}
            for section in view.sections
        ],
        "shelves": [
            {"kind": shelf.kind, "stories": [_story(story) for story in shelf.stories], "more": shelf.more}
            for shelf in view.shelves
        ],
        "headlines": [_headline(story) for story in view.headlines],
        "known": [_known(story) for story in view.known],
        "mentions": [_article(report) | {"topics": list(report.topics)} for report in view.mentions],
        "volumes": [{"topic": each.topic, "days": list(each.days)} for each in view.volumes],
        "footer": _footer(view.footer),
    }


def _footer(footer: Footer) -> dict[str, Any]:
    return {
        "sources": footer.sources,
        "failing": [
            {
                "id": each.id,
                "title": each.title,
                "since": _moment(each.since),
                "trouble": each.trouble,
                "reason": each.reason,
                "status": each.status,
            }
            for each in footer.failing
        ],
        "changes": [
            {
                "id": each.id,
                "title": each.title,
                "change": each.change,
                "at": _moment(each.at),
                "since": _moment(each.since) if each.since else None,
                "url": each.url,
            }
            for each in footer.changes
        ],
        "outcomes": {str(outcome): count for outcome, count in footer.outcomes.items()},
        "pending": footer.pending,
        "set_aside": footer.set_aside,
        "kept": dict(footer.kept),
    }


def _story(story: StoryView) -> dict[str, Any]:
    return {
        "id": story.id,
        "status": story.status,
        "kind": story.kind,
        "headline": story.lead.title,
        "language": story.lead.language,
        "url": story.lead.url or None,
        "outlet": story.lead.outlet,
        "topics": [topic for topic in (story.topic, *story.chips) if topic],
        "summary": joined(story.summary),
        "summary_from": {"outlet": story.quoted.outlet, "language": story.quoted.language} if story.quoted else None,
        "outlets": list(story.outlets),
        "languages": list(story.languages),
        "origins": _origins(story),
        "first_report": _article(story.first) if story.first else None,
        "best_to_read": _article(story.lead),
        "why": story.why,
        "evidence": _evidence(story),
        "differences": [_difference(each) for each in story.differences],
        "new": [{"text": each.text, "outlet": each.outlet, "language": each.language} for each in story.new],
        "wrongly_merged": story.parted,
        "followed": story.followed,
        "machine": _machine(story),
        "articles": [_article(report) for report in story.reports],
    }


def _origins(story: StoryView) -> dict[str, Any] | None:
    """Whose reporting it is: outlets that carry it, those with reporting of their own, those nobody can tell of."""
    found = story.sourcing
    if found is None:
        return None
    return {"outlets": found.outlets, "originals": list(found.originals), "unclear": list(found.unclear)}


def _evidence(story: StoryView) -> dict[str, Any]:
    """Why these are one story; score and cut where it is not certain."""
    score, cut = story.unsure or (None, None)
    shared = [{"kind": each.kind, "value": each.value} for each in story.shared]
    return {"shared": shared, "score": score, "cut": cut, "certain": story.unsure is None}


def _machine(story: StoryView) -> dict[str, Any] | None:
    """What a machine made of headline and summary, and which one; the original stands beside it."""
    words = story.machine
    if words is None:
        return None
    return {
        "language": words.language,
        "headline": words.headline,
        "summary": words.summary,
        "machine": words.machine,
    }


def _difference(difference: Difference) -> dict[str, Any]:
    figures = [{"value": each.value, "outlets": list(each.outlets)} for each in difference.figures]
    return {"unit": difference.unit, "of": difference.of, "figures": figures}


def _headline(story: StoryView) -> dict[str, Any]:
    return {
        "id": story.id,
        "status": story.status,
        "kind": story.kind,
        "topic": story.topic,
        "headline": story.lead.title,
        "language": story.lead.language,
        "url": story.lead.url or None,
        "outlet": story.lead.outlet,
        "outlets": list(story.outlets),
        "languages": list(story.languages),
        "articles": [_article(report) for report in story.reports],
    }


def _known(story: StoryView) -> dict[str, Any]:
    return _headline(story) | {"seed": {"id": story.seed, "title": story.seed_title}}


def _article(report: Report) -> dict[str, Any]:
    return {
        "id": report.article,
        "url": report.url or None,
        "title": report.title,
        "outlet": report.outlet,
        "source": report.source,
        "language": report.language,
        "published": _moment(report.published),
        "relation": str(report.relation),
        "role": report.role,
        "headline_only": report.headline_only,
        "credits": list(report.credits),
    }


def joined(sentences: tuple[str, ...]) -> str:
    """Sentences as running text: scripts that write no spaces after a full stop get none."""
    text = ""
    for sentence in sentences:
        text += sentence if not text or text[-1] in "。！？」』" else f" {sentence}"
    return text


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
