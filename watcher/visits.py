"""A visit from its claim to its end, and what is remembered of the source afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from watcher import cadence, moves, urls
from watcher.types import Hints, Memory, Outcome, Page, Reading, Reason, Source, Trouble, Visit, Window

# The rule of NetNewsWire and Capy Reader for servers that say "not modified" whatever happened.
DOUBTED_AFTER = timedelta(days=8)

_MAY_BE_EMPTY = frozenset({"query", "sitemap"})  # a search may find nothing, news of two days may be none
_NO_NEWS = frozenset({Outcome.SEEN, Outcome.NO_ADDRESS})

MOST_NAMED = 3  # pages that did not answer, in one line


@dataclass(slots=True)
class OpenVisit:
    """A visit under way: what came back so far, and how much is still to come."""

    source: Source
    memory: Memory
    started: datetime
    window: Window | None
    status: int | None = None
    page: Page | None = None
    body_hash: str | None = None
    reading: Reading = field(default_factory=Reading)
    trouble: Trouble | None = None
    has_read: bool = False
    whole: bool = True  # nothing of what was read was cut off
    later: bool = False  # some of it is left for the next visit, which must get all of it again
    counts: Counter[Outcome] = field(default_factory=Counter)
    blind: int = 0  # pages asked for without a word known of them
    waiting: int = 0  # answers and articles still to come
    news: int = 0  # leads so far that may be news
    asked: set[str] = field(default_factory=set)  # archive pages, so that a loop of them ends
    more: int = 0  # parts of an archive that failed besides the one that `trouble` names
    unanswered: list[str] = field(default_factory=list)  # why pages of a backfill are to be asked for once more

    def fails(self, trouble: Trouble, url: str) -> None:
        """Notes what went wrong at this address of the source.

        A part of it (one sitemap of an index) that fails, where another was had, leaves the source less than whole: it
        is asked again soon, not after longer and longer pauses. The part is named as it may be shown.
        """
        where = urls.masked_for(self.source, url)
        text = trouble.text if where in trouble.text else f"{where}: {trouble.text}"
        if self.window is not None or self.page is None:
            if trouble.reason is Reason.UNREADABLE and not _names_address(trouble):
                trouble = replace(trouble, text=text)
            self.more += self.trouble is not None and self.window is not None
            # Of several the first; what was answered before what was not even asked.
            if self.window is None or self.trouble is None or (self.trouble.unsent and not trouble.unsent):
                self.trouble = trouble
            self.status = trouble.status or self.status
            return
        self.trouble = Trouble(Reason.INCOMPLETE, f"a part of it failed: {text}", self.status)


def closed(opened: OpenVisit, now: datetime) -> Visit:
    """The visit that has ended. A backfill's leaves what polling remembers as it is."""
    trouble = _with_address(opened, opened.trouble) if opened.trouble else _unanswered(opened) or _shortcoming(opened)
    if trouble is not None and opened.more:
        trouble = replace(trouble, text=f"{trouble.text}; and {opened.more} more")
    memory = None if opened.window else _remember(opened, trouble, now)
    return Visit(opened.source.id, opened.started, now, opened.status, dict(opened.counts), memory, trouble)


def _with_address(opened: OpenVisit, trouble: Trouble) -> Trouble:
    """What a reader says of a body is short of where the body came from."""
    where = urls.masked_for(opened.source, opened.page.url) if opened.page is not None else ""
    if trouble.reason is not Reason.UNREADABLE or not where or where in trouble.text or _names_address(trouble):
        return trouble
    text = f"{where} is not readable as a source of kind {opened.source.kind}: {trouble.text}"
    return replace(trouble, text=text, status=trouble.status or opened.status)


def _names_address(trouble: Trouble) -> bool:
    """True where the text begins with what could not be read: of an archive that is a page behind the first one."""
    return trouble.text.startswith(("http://", "https://"))


def _unanswered(opened: OpenVisit) -> Trouble | None:
    """Pages of a backfill that gave nothing for the moment: it has not come to its end."""
    if not opened.unanswered:
        return None
    count, first = len(opened.unanswered), "; ".join(opened.unanswered[:MOST_NAMED])
    more = f"; and {count - MOST_NAMED} more" if count > MOST_NAMED else ""
    pages = "a page" if count == 1 else f"{count} pages"
    return Trouble(Reason.INCOMPLETE, f"{pages} did not answer: {first}{more}")


def _shortcoming(opened: OpenVisit) -> Trouble | None:
    """What was read, and is less than it should be. A source that never brought anything may well be empty."""
    if opened.window is not None or not opened.has_read:
        return None
    where = urls.masked_for(opened.source, opened.page.url if opened.page is not None else None)
    if not opened.whole:
        text = f"{where} is cut off before its end; what stood before it was read"
        return Trouble(Reason.INCOMPLETE, text, opened.status)
    had_some = opened.memory.changed is not None and opened.source.kind not in _MAY_BE_EMPTY
    if had_some and not sum(opened.counts.values()):
        text = f"{where} has no entry any more, where it had some; nothing is forgotten of it"
        return Trouble(Reason.INCOMPLETE, text, opened.status)
    return None


def _remember(opened: OpenVisit, trouble: Trouble | None, now: datetime) -> Memory:
    """What to remember of a source after this visit. Trouble forgets nothing: validators are of the last good read."""
    before = opened.memory
    memory = replace(before, url=urls.remembered(opened.source), visited=now, visits=before.visits + 1)
    if _brought_news(opened.counts):
        gap = None if before.changed is None else now - before.changed
        rhythm = before.rhythm if gap is None else cadence.after_news(before.rhythm, gap)
        memory = replace(memory, changed=now, rhythm=rhythm)
    if trouble is not None:
        memory = _after_trouble(opened, memory, trouble, now)
    elif opened.page is not None:
        memory = _after_answer(opened, memory, opened.page, now)
    due, because = cadence.next_due(opened.source, memory, now, opened.page, trouble)
    return replace(memory, due=due, because=because)


def _after_trouble(opened: OpenVisit, memory: Memory, trouble: Trouble, now: datetime) -> Memory:
    memory = replace(
        memory,
        failures=memory.failures + 1,
        trouble=trouble.text,
        failing_since=memory.failing_since or now,
    )
    # Only the source's own address can end it, and only when nothing is known of where it went.
    if trouble.status == 410 and opened.page is None and memory.moving_to is None:
        return replace(memory, ended=now)
    if trouble.reason is Reason.INCOMPLETE:
        return memory
    return moves.after_trouble(opened.source, memory, opened.page, trouble, now)


def _after_answer(opened: OpenVisit, memory: Memory, page: Page, now: datetime) -> Memory:
    long = memory.failing_since is not None and now - memory.failing_since >= cadence.LONG_FAILURE
    memory = replace(
        memory,
        failures=0,
        trouble=None,
        failing_since=None,
        title=opened.reading.title or memory.title,
        recovered=now if long else memory.recovered,
        recovered_from=memory.failing_since if long else memory.recovered_from,
        hints=_hints(opened, memory, page),
    )
    memory = _with_validators(memory, opened, page, now)
    return moves.after_answer(opened.source, memory, page, now, was_read=page.status != 304)


def _hints(opened: OpenVisit, memory: Memory, page: Page) -> Hints:
    """The feed's own are those of its last reading. A 304 that says nothing of its age leaves the last word on it."""
    hints = opened.reading.hints if opened.has_read else memory.hints
    says = page.status != 304 or page.header("cache-control") is not None
    return replace(hints, fresh_for=cadence.max_age(page.headers) if says else memory.hints.fresh_for)


def _with_validators(memory: Memory, opened: OpenVisit, page: Page, now: datetime) -> Memory:
    """A 304 that carries a validator refreshes it, one that carries none leaves the old one. After eight days of
    nothing but 304 they are left out once: there are servers that would say so for ever.
    """
    if opened.later:
        return memory
    if page.status != 304:
        return replace(
            memory,
            etag=page.header("etag"),
            last_modified=page.header("last-modified"),
            body_hash=opened.body_hash or memory.body_hash,
            unmodified_since=None,
        )
    since = memory.unmodified_since or now
    if now - since >= DOUBTED_AFTER:
        return replace(memory, etag=None, last_modified=None, unmodified_since=None)
    return replace(
        memory,
        etag=page.header("etag") or memory.etag,
        last_modified=page.header("last-modified") or memory.last_modified,
        unmodified_since=since,
    )


def _brought_news(counts: Mapping[Outcome, int]) -> bool:
    """Whether a lead not seen before came. One without an address cannot be remembered: it comes with every reading."""
    return any(count for outcome, count in counts.items() if outcome not in _NO_NEWS)
