"""Where a source is really asked: permanent redirects, adopted by rule, and addresses that the user changed. Pure.

A redirect may be permanent by mistake, or by whoever bought a domain. So its target is adopted only after it was met
for a week or ten visits and read as what the source is; and an adopted address that fails hands over to the one in
`config.toml` for a try, back and forth, so that neither's end is the source's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from watcher import urls
from watcher.types import Memory, Page, Reason, Source, Trouble

ADOPTED_AFTER = timedelta(days=7)
ADOPTED_AFTER_VISITS = 10
# Failures after which the other of two addresses is tried: an outage of our own is not taken for a move.
OTHER_TRIED_AFTER = 3

_GONE = frozenset({404, 410})
_NOBODY_THERE = frozenset({Reason.NAME, Reason.CONNECTION, Reason.TLS})


def address_of(source: Source, memory: Memory) -> str:
    """The address to ask: the one it moved to, else the configured one."""
    return memory.moved_to or source.url


def known_of(source: Source, memory: Memory) -> Memory:
    """What is remembered, as far as it was learned of the address that is configured now.

    Whoever changes the address starts anew (validators, moves, hints, back-off, an end by 410), with what is paused
    still paused; whoever writes down where the source had moved to keeps everything.
    """
    if memory.url is None or memory.url == urls.remembered(source):
        return memory
    if memory.moved_to == source.url:
        return replace(memory, url=urls.remembered(source), moved_to=None)
    return Memory(memory.source, paused=memory.paused)


def after_answer(source: Source, memory: Memory, page: Page, now: datetime, *, was_read: bool) -> Memory:
    """What is remembered of moves after a good answer. `was_read`: its body was read, now or in an earlier visit."""
    asked = address_of(source, memory)
    if source.access is not None and source.access.secret:  # where a secret address leads is as secret: stored nowhere
        return memory
    if (page.asked or page.url) != asked:
        return memory
    target = page.url
    if not page.permanent or target == asked:
        return replace(memory, moving_to=None, moving_since=None, moving_seen=0)
    if _is_secured(asked, target):
        return _adopted(source, memory, target, now)
    if memory.moving_to != target:
        if not was_read:  # a 304 from a place never read: it has to show what it has
            return replace(memory, etag=None, last_modified=None, moving_to=None, moving_since=None, moving_seen=0)
        return replace(memory, moving_to=target, moving_since=now, moving_seen=1)
    memory = replace(memory, moving_seen=memory.moving_seen + 1)
    since = memory.moving_since or now
    if memory.moving_seen >= ADOPTED_AFTER_VISITS or now - since >= ADOPTED_AFTER:
        return _adopted(source, memory, target, now)
    return memory


def after_trouble(source: Source, memory: Memory, page: Page | None, trouble: Trouble, now: datetime) -> Memory:
    """What is remembered of moves after a failure (which `memory.failures` counts already).

    An address that dies while it was moving is left for its target at once; a target that answers with something else
    is no target. One that was adopted is left, after three failures, for a try of the configured one, with the way back
    kept; validators stay with the address they came from.
    """
    third = memory.failures % OTHER_TRIED_AFTER == 0
    if memory.moving_to is not None:
        if page is not None and page.url == memory.moving_to:
            return replace(memory, moving_to=None, moving_since=None, moving_seen=0)
        return _adopted(source, memory, memory.moving_to, now) if is_dead(trouble) or third else memory
    if memory.moved_to is not None and third:
        moved = memory.moved_to
        memory = replace(memory, moved_to=None, moving_to=moved, moving_since=now, moving_seen=1)
        return replace(memory, etag=None, last_modified=None, body_hash=None, unmodified_since=None)
    return memory


def is_dead(trouble: Trouble) -> bool:
    """Whether nobody answers for this address any more."""
    return trouble.status in _GONE or trouble.reason in _NOBODY_THERE


def merged(sources: Sequence[Source], memories: Mapping[str, Memory]) -> dict[str, str]:
    """Sources that moved to an address which another one is asked at: by id, that other one's id.

    The one that has the address in `config.toml` keeps it; of several that moved there, the first by id.
    """
    found: dict[str, str] = {}
    owners: dict[str, str] = {}
    movers: list[tuple[str, str]] = []
    for source in sorted(sources, key=lambda each: each.id):
        memory = known_of(source, memories.get(source.id) or Memory(source.id))
        if memory.paused or memory.ended is not None:
            continue
        if memory.moved_to is None:
            owners.setdefault(source.url, source.id)
        else:
            movers.append((memory.moved_to, source.id))
    for address, name in movers:
        owner = owners.setdefault(address, name)
        if owner != name:
            found[name] = owner
    return found


def _adopted(source: Source, memory: Memory, target: str, now: datetime) -> Memory:
    home = target == source.url
    memory = replace(memory, moved_to=None if home else target, moved=None if home else now)
    return replace(memory, moving_to=None, moving_since=None, moving_seen=0)


def _is_secured(asked: str, target: str) -> bool:
    """Whether the target is the same address behind TLS."""
    before, after = urls.split(asked), urls.split(target)
    if before is None or after is None or (before.scheme, after.scheme) != ("http", "https"):
        return False
    return (before.netloc, before.target) == (after.netloc, after.target)
