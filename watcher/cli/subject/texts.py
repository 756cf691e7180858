"""What came by in 30 days, in the languages of its sources, and what a rule finds among it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from watcher.cli.output import out
from watcher.config import Config
from watcher.language import identify
from watcher.store import SqlStore
from watcher.subjects import Sample, Tried
from watcher.types import UNKNOWN_LANGUAGE, PassedText

SPAN = timedelta(days=30)
_MOST_SHOWN = 8  # languages, sources, names in one line


def passed_by(store: SqlStore, config: Config, now: datetime) -> Iterator[PassedText]:
    """Everything a rule can be tried on. A headline's language is its source's, else what its words look like."""
    languages = {source.id: source.language for source in (*config.sources, *config.history)}
    for text in store.passed_by(now - SPAN):
        if text.article is None:
            spoken = languages.get(text.source) or identify(text.title)
            yield replace(text, language=spoken or UNKNOWN_LANGUAGE)
        else:
            yield text


def say_tried(tried: Tried) -> None:
    """What a rule would have found, in a few lines and some samples."""
    if not tried.looked:
        out("in the last 30 days: nothing came by yet that it could be tried on")
        return
    passed = tried.found - tried.stored
    out(
        f"in the last 30 days: {tried.found} of {tried.looked} texts name it ({tried.share:.1%}): {tried.about} are "
        f"about it, {tried.found - tried.about} mention it; {tried.stored} are stored, {passed} were passed over"
    )
    for title, counts in (("languages", tried.languages), ("sources", tried.sources), ("names", tried.terms)):
        if counts:
            out(f"  {title + ':':<10} {_counts(counts)}")
    for sample in tried.samples:
        how = "about" if sample.match.about else "names"
        out(f"  {how}  {sample.text.language}  {sample.text.source}: {_title(sample)}")


def _title(sample: Sample) -> str:
    terms = ", ".join(sample.match.terms)
    return f"{sample.text.title or sample.text.url}  [{terms}]"


def _counts(counts: Mapping[str, int]) -> str:
    shown = [f"{name} {number}" for name, number in list(counts.items())[:_MOST_SHOWN]]
    more = len(counts) - len(shown)
    return ", ".join(shown) + (f", {more} more" if more else "")


def tried_row(tried: Tried) -> dict[str, Any]:
    """The same for programs."""
    return {
        "days": SPAN.days,
        "looked": tried.looked,
        "found": tried.found,
        "about": tried.about,
        "stored": tried.stored,
        "share": round(tried.share, 4),
        "languages": dict(tried.languages),
        "sources": dict(tried.sources),
        "terms": dict(tried.terms),
        "samples": list(map(sample_row, tried.samples)),
    }


def sample_row(sample: Sample) -> dict[str, Any]:
    """One text that a rule finds."""
    text = sample.text
    return {
        "kept": text.article is not None,
        "about": sample.match.about,
        "title": text.title,
        "url": text.url,
        "language": text.language,
        "source": text.source,
        "found": text.found.isoformat(),
        "terms": list(sample.match.terms),
    }


def sample_rows(samples: Iterable[Sample]) -> Iterator[dict[str, Any]]:
    """A row each."""
    return map(sample_row, samples)
