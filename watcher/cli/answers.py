"""What the asking commands answer."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from watcher import app, urls
from watcher.cli.documents import BadRow, file_document, read_bytes
from watcher.cli.matching import config_or_shipped
from watcher.cli.output import emit, facts, out, rows, say
from watcher.cli.working import configuration
from watcher.errors import ReadError, UsageError, WatcherError
from watcher.topics import TopicMatcher
from watcher.types import Lead, Page, Request, Trouble

NOT_AN_ARTICLE = 1


def page_of(place: str, url: str | None, path: Path | None) -> Page:
    """A file or an address as a page. A file is taken for what its server would have sent with status 200."""
    if url is not None and urls.split(url) is None:
        raise UsageError(f"--url {url} is no http(s) address")
    if is_address(place):
        config = config_or_shipped(path)
        fetch = app.http_fetch(config, app.utc_now)
        try:
            answer = fetch(Request(place))
        finally:
            fetch.close()
        if isinstance(answer, Trouble):
            raise WatcherError(answer.text)
        return answer
    return Page(url or "", 200, (), read_bytes(Path(place)), app.utc_now())


def is_address(place: str) -> bool:
    return place.lower().startswith(("http://", "https://"))


def extract_one(place: str, url: str | None, path: Path | None, *, as_json: bool) -> int:
    """The article in one page; 1 when there is none."""
    from watcher.workers import WorkerPool

    page = page_of(place, url, path)
    workers = WorkerPool(processes=1)
    try:
        found = workers.extract(page, None).result()
    finally:
        workers.close()
    is_article = found.outcome == "article"
    row = {
        "outcome": found.outcome,
        "url": found.url or page.url or None,
        "title": found.title,
        "text": found.text,
        "published": _iso(found.published),
        "published_from": "page" if found.published else None,
        "language": found.language,
        "outlet": found.outlet,
        "authors": list(found.authors),
    }
    if found.wall:
        row["wall"] = found.wall
    facts(row, as_json=as_json)
    return 0 if is_article else NOT_AN_ARTICLE


def read_leads(place: str, kind: str | None, url: str | None, path: Path | None, *, as_json: bool) -> int:
    """The leads of one document; a document of no kind is an error."""
    from watcher.sources import KINDS, read_any

    if kind not in {None, *KINDS}:
        raise UsageError(f"--kind {kind}: no kind of source is called so; there are: {', '.join(KINDS)}")
    page = page_of(place, url, path)
    try:
        # When a file was fetched nobody knows: what it calls "two hours ago" is no date.
        asked = {"fetched": page.fetched} if is_address(place) else {}
        reading = read_any(page.body, page.url or None, kind, **asked)
    except ReadError as error:
        raise ReadError(f"{place} cannot be read as a source: {error}") from error
    shown = [lead_row(lead) for lead in reading.leads]
    if reading.more and not shown:
        say(
            "no leads in it, but the sitemaps to ask: " + ", ".join(part.url.partition("#")[0] for part in reading.more)
        )
        return 0
    if not as_json and not shown:
        say("no leads in it")
        return 0
    rows(shown, ("published", "title", "url"), as_json=as_json)
    return 0


def lead_row(lead: Lead) -> dict[str, Any]:
    """A lead in the contract's shape."""
    return {
        "url": lead.url,
        "link": lead.link,
        "title": lead.title,
        "summary": lead.summary,
        "content": lead.content,
        "published": _iso(lead.published),
        "updated": _iso(lead.updated),
        "id": lead.id,
        "language": lead.language,
        "authors": list(lead.authors),
    }


def list_topics(path: Path | None, *, as_json: bool) -> None:
    """The topics with how many names they have."""
    config = config_or_shipped(path)
    shown = (
        {
            "topic": topic.id,
            "title": topic.title,
            "names": len(topic.names),
            "weak": len(topic.weak),
            "without": list(topic.without),
        }
        for topic in config.topics
    )
    rows(shown, ("topic", "title", "names", "weak", "without"), as_json=as_json)


def try_topics(text: str, path: Path | None, *, as_json: bool) -> None:
    """What matches in a file or a text, and where."""
    config = config_or_shipped(path)
    title = ""
    if len(text) < 4096 and "\n" not in text and Path(text).is_file():
        document = file_document(Path(text))
        if isinstance(document, BadRow):
            raise WatcherError(document.error)
        title, text = document.title, document.text
    found = TopicMatcher(config.topics).explain(title, text)
    if not any(explained.match for explained in found):
        say("no topic matches" + (": what was found does not count" if found else ""))
    for explained in found:
        match = explained.match
        verdict = "about" if match and match.about else "mentioned" if match else "not counted"
        if as_json:
            hits = [{name: getattr(hit, name) for name in HIT} for hit in explained.hits]
            emit({"topic": explained.topic, "verdict": verdict, "score": match.score if match else 0, "hits": hits})
            continue
        out(f"{explained.topic}: {verdict}" + (f" ({match.score:.2f})" if match else f"; {explained.left_out or ''}"))
        for hit in explained.hits:
            reason = f"  {hit.why}" if hit.why else f"  with {hit.need}" if hit.need else ""
            out(f"  {hit.where} {hit.start}-{hit.end}: {hit.written}{reason}")


HIT = ("term", "written", "where", "start", "end", "weak", "need", "counts", "why")


def try_archive(topic: str, path: Path | None, *, as_json: bool) -> None:
    """What a topic's rule would have matched in the last 30 days, off-topic finds included."""
    from watcher.cli.subject.texts import passed_by, sample_rows, say_tried
    from watcher.subjects import tried
    from watcher.subjects.trial import hits

    config = configuration(path)
    rule = next((rule for rule in config.topics if rule.id == topic), None)
    if rule is None:
        raise WatcherError(f"no topic is called {topic}: `watcher topics list` shows them")
    with app.reading(config) as store:
        texts = passed_by(store, config, app.utc_now())
        if as_json:
            rows(sample_rows(hits(rule, texts)), (), as_json=True)
        else:
            say_tried(tried(rule, texts))


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
