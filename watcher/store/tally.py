"""How much there is, kept up to date by whoever writes: counting a million articles and their leads takes two seconds.

Kept under a checkpoint, changed once in each transaction that adds or takes away. An archive that has none yet is
counted by the first of these; until then whoever asks counts. A program of another version that writes beside us counts
nothing along: so the daemon looks once a day whether it is so (`differences`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import Connection, delete, func, select

from watcher.store import codec
from watcher.store.statements import insert_or_update
from watcher.store.tables import article, checkpoint, lead, story

ARTICLES, STORIES, LEADS = "articles", "stories", "leads "  # and the outcome
CHECKPOINT = "counts"
_UNDER_WAY = "counts of this transaction"


@contextmanager
def tallying(connection: Connection) -> Iterator[None]:
    """Keeps what is told to `change` in this transaction, at its end."""
    changes: Counter[str] = Counter()
    of_connection = connection.info  # of one that was cut in the meantime nothing can be asked
    of_connection[_UNDER_WAY] = changes
    try:
        yield
        if any(changes.values()):
            _settle(connection, changes)
    finally:
        of_connection.pop(_UNDER_WAY, None)


def change(connection: Connection, what: str, by: int = 1) -> None:
    """There are more or fewer of something now."""
    under_way = connection.info.get(_UNDER_WAY)
    if under_way is None:  # nobody would keep it: it is to be counted anew
        forget(connection)
    else:
        under_way[what] += by


def forget(connection: Connection) -> None:
    """Whoever adds or takes away next counts everything."""
    connection.execute(delete(checkpoint).where(checkpoint.c.name == CHECKPOINT))


def anew(connection: Connection) -> None:
    """Counts everything, and goes on from there."""
    _keep(connection, counted(connection))


def kept(connection: Connection) -> Mapping[str, int] | None:
    """How many there are of everything; None where nobody has counted yet."""
    value = connection.execute(select(checkpoint.c.value).where(checkpoint.c.name == CHECKPOINT)).scalar()
    return None if value is None else codec.loads(dict[str, int], value)


def counted(connection: Connection) -> Mapping[str, int]:
    """The same, counted now."""
    ended = connection.execute(select(lead.c.outcome, func.count()).group_by(lead.c.outcome))
    return {
        ARTICLES: int(connection.execute(select(func.count(article.c.url_hash))).scalar_one()),
        STORIES: int(connection.execute(select(func.count(story.c.id))).scalar_one()),
        **{LEADS + outcome: int(number) for outcome, number in ended},
    }


def differences(connection: Connection) -> Mapping[str, tuple[int, int]]:
    """What is kept and what there is, where that is not the same."""
    known = kept(connection)
    if known is None:
        return {}
    there = counted(connection)
    both = {what: (known.get(what, 0), there.get(what, 0)) for what in sorted({*known, *there})}
    return {what: (said, found) for what, (said, found) in both.items() if said != found}


def _settle(connection: Connection, changes: Mapping[str, int]) -> None:
    known = kept(connection)
    if known is None:
        known = counted(connection)
    else:
        known = {what: known.get(what, 0) + changes.get(what, 0) for what in {**known, **changes}}
    _keep(connection, known)


def _keep(connection: Connection, known: Mapping[str, int]) -> None:
    there = {what: number for what, number in known.items() if number}
    insert_or_update(connection, checkpoint, [{"name": CHECKPOINT, "value": codec.dumps(there)}], ["value"])
