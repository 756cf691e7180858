"""What a look at a source found: in words, as warnings, and in a shape for programs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from watcher import urls
from watcher.cli.sourcing.trial import Trial, ends
from watcher.shapes.telling import counted, iso, many, relative, when, why_then
from watcher.types import UNKNOWN_LANGUAGE, Extraction, Lead, Trouble

STALE = timedelta(days=30)
_PAGES_SHOWN = 5


def words_of(trial: Trial, zone: str) -> Iterator[tuple[str, str]]:
    source, page = trial.source, trial.page
    yield "asked", urls.masked_for(source)
    if page is not None:
        if page.url != (page.asked or page.url):
            how = "permanently " if page.permanent else ""
            yield "redirected", f"{how}to {urls.masked_for(source, page.url)}"
        yield "answer", f"{page.status}, {len(page.body):,} bytes"
    if trial.kind is None:
        yield "trouble", trial.trouble.text if trial.trouble else "nothing could be read in it"
        for feed in trial.feeds:
            yield "try", f"watcher sources check {urls.masked(feed)}"
        return
    reading = trial.reading
    yield "read as", trial.kind + (f": {reading.title}" if reading.title else "")
    yield "leads", _leads(trial)
    topics = ", ".join(f"{topic} {count}" for topic, count in trial.topics.most_common())
    yield "topics", f"{trial.on_topic} of {len(reading.leads)} name one" + (f": {topics}" if topics else "")
    yield from _followed(trial)
    if trial.robots:
        yield "robots.txt", trial.robots
    if trial.memory is not None and trial.memory.due is not None:
        reason = why_then(source, trial.memory)
        yield "next visit", when(trial.memory.due, trial.now, zone) + (f", because {reason}" if reason else "")
    if trial.article is not None:
        yield "its article", _told(trial.article)
    for warning in warnings(trial):
        yield "warning", warning


def _leads(trial: Trial) -> str:
    total, dated = len(trial.reading.leads), trial.dated
    if not dated:
        return f"{total}, none with a date"
    return f"{total}, {len(dated)} with a date, the newest {relative(dated[0], trial.now)}"


def _followed(trial: Trial) -> Iterator[tuple[str, str]]:
    if trial.sifted is None:
        return
    at_once = ends(trial.sifted)
    if at_once:
        yield "no page for", counted(dict(at_once))
    pages = [each.lead.url or each.url for each in trial.sifted.followed if each.wants_page]
    taken = len(trial.sifted.followed) - len(pages)
    if taken:
        yield "taken", f"{taken} without their pages (pages = {trial.source.pages})"
    if pages:
        yield "pages", f"{len(pages)} would be read:"
        for url in pages[:_PAGES_SHOWN]:
            yield "", urls.masked(url)
        if len(pages) > _PAGES_SHOWN:
            yield "", f"and {len(pages) - _PAGES_SHOWN} more"


def _told(article: Extraction | Trouble) -> str:
    if isinstance(article, Trouble):
        return f"could not be had: {article.text}"
    if article.outcome != "article":
        return article.outcome + (f" ({article.wall})" if article.wall else "")
    dated = f", dated {article.published:%Y-%m-%d %H:%M}" if article.published else ", without a date"
    wall = f", behind a {article.wall}" if article.wall else ""
    return f"“{article.title}”, {len(article.text):,} characters in {article.language}{dated}{wall}"


def warnings(trial: Trial) -> Iterator[str]:
    """What would make a careful person think twice about a source that can be read."""
    yield from _of_dates(trial)
    yield from _of_addresses(trial)
    yield from _of_language(trial)
    if not trial.reading.whole:
        yield "it was cut off: the rest will be asked for again"


def _of_dates(trial: Trial) -> Iterator[str]:
    if not trial.reading.leads:
        yield "there are no leads in it now"
    elif not trial.dated:
        yield "none of its leads has a believable date: they count from when they are found"
    elif trial.now - trial.dated[0] > STALE:
        yield f"its newest lead is {relative(trial.dated[0], trial.now)}"
    if trial.implausible:
        yield f"{many(trial.implausible, 'lead')} with a date that cannot be: it is left out"


def _of_addresses(trial: Trial) -> Iterator[str]:
    leads, page = trial.reading.leads, trial.page
    if relatives := sum(map(_is_relative, leads)):
        yield f"{many(relatives, 'relative link')}, read as leading to {urls.host(page.url) if page else 'its site'}"
    if lost := sum(lead.url is None for lead in leads):
        yield f"{many(lost, 'lead')} without an address that could be followed"
    if page is None:
        return
    if page.url.lower().startswith("http://"):
        yield "it is asked without TLS (http): anybody on the way can change what it says"
    if page.permanent and page.url != trial.source.url:
        yield f'it has moved for good: write url = "{urls.masked_for(trial.source, page.url)}"'
    if trial.feeds and trial.kind != "feed":
        yield f"the page names a feed, which says more: {urls.masked(trial.feeds[0])}"


def _of_language(trial: Trial) -> Iterator[str]:
    language = trial.language
    if language in (None, UNKNOWN_LANGUAGE):
        yield 'its language could not be told: write language = ".." for it'
    elif not (trial.source.language or trial.reading.language):
        yield f'it does not say its language, which looks like "{language}": write language = "{language}"'


def _is_relative(lead: Lead) -> bool:
    return (
        lead.url is not None
        and lead.link is not None
        and not lead.link.lower().startswith(("http:", "https:", "feed:"))
    )


def row_of(trial: Trial, words: list[str]) -> dict[str, Any]:
    page, reading, sifted = trial.page, trial.reading, trial.sifted
    article = trial.article
    return {
        "url": urls.masked_for(trial.source),
        "status": page.status if page else trial.trouble.status if trial.trouble else None,
        "final_url": urls.masked_for(trial.source, page.url) if page else None,
        "permanent": page.permanent if page else False,
        "trouble": trial.trouble.text if trial.trouble else None,
        "reason": trial.trouble.reason.value if trial.trouble else None,
        "kind": trial.kind,
        "title": reading.title,
        "language": trial.language,
        "leads": len(reading.leads),
        "dated": len(trial.dated),
        "newest": iso(trial.dated[0]) if trial.dated else None,
        "on_topic": trial.on_topic,
        "topics": dict(trial.topics),
        "ended": {outcome.value: count for outcome, count in sorted(ends(sifted).items())} if sifted else {},
        "pages": [urls.masked(each.lead.url or each.url) for each in sifted.followed if each.wants_page]
        if sifted
        else [],
        "allowed": trial.allowed,
        "due": iso(trial.memory.due) if trial.memory else None,
        "because": trial.memory.because if trial.memory else None,
        "feeds": [urls.masked(feed) for feed in trial.feeds],
        "article": None
        if article is None
        else {"trouble": article.text}
        if isinstance(article, Trouble)
        else {
            "outcome": article.outcome,
            "title": article.title,
            "characters": len(article.text),
            "wall": article.wall,
        },
        "warnings": list(warnings(trial)) if trial.kind else [],
        "words": words,
    }
