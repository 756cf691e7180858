"""Articles with their topics, keys and verdicts: stored once, found again by keys or address."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    CompoundSelect,
    Connection,
    Insert,
    Select,
    bindparam,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    union_all,
)

from watcher.store import codec, groups, numbers, tally
from watcher.store.columns import batches, hash_url
from watcher.store.statements import given, handed, insert_new, insert_one, insert_or_update
from watcher.store.tables import article, article_topic, captured, likeness, signal, signal_key, verdict
from watcher.stories.keyindex import CANDIDATES, HOLDERS
from watcher.stories.signal import compared, fewest_shared
from watcher.types import TELLS, Article, Document, Key, Relation, TopicMatch, Verdict

DOCUMENT = (
    article.c.id,
    article.c.url,
    article.c.title,
    article.c.text,
    article.c.language,
    article.c.published,
    article.c.found,
)


def candidates(connection: Connection, keys: Sequence[Key], besides: int = 0) -> tuple[Document, ...]:
    """Articles that share keys, most shared first, then the older ones (the lower id)."""
    wanted = _by_signal(connection, keys)
    if not wanted:
        return ()
    fewest = tuple(fewest_shared(len(values)) for values in wanted.values())
    rows = connection.execute(_sharing(connection.dialect.name, fewest), _asked(connection, wanted, besides=besides))
    return tuple(map(document, rows))


def _asked(connection: Connection, wanted: Mapping[int, Sequence[int]], **more: int) -> dict[str, Any]:
    """The parameters of a statement over several signals: `signal0` and its `keys0`, and so on."""
    asked: dict[str, Any] = dict(more)
    for place, (number, values) in enumerate(wanted.items()):
        asked |= {f"signal{place}": number, f"keys{place}": handed(connection, values)}
    return asked


@lru_cache(maxsize=128)
def _sharing(dialect: str, fewest: tuple[int, ...]) -> Select[Any]:
    holders = [
        select(signal_key.c.article, func.count().label("shared"))
        .where(signal_key.c.signal == bindparam(f"signal{place}"))
        .where(signal_key.c.key.in_(given(dialect, f"keys{place}")), signal_key.c.article != bindparam("besides"))
        .group_by(signal_key.c.article)
        .having(func.count() >= least)
        for place, least in enumerate(fewest)
    ]
    held = union_all(*holders).subquery()
    shared = func.sum(held.c.shared)
    best = (
        select(held.c.article, shared.label("shared"))
        .group_by(held.c.article)
        .order_by(shared.desc(), held.c.article)
        .limit(CANDIDATES)
        .subquery()
    )
    by_sharing = (best.c.shared.desc(), article.c.id)
    return select(*DOCUMENT).join(best, best.c.article == article.c.id).order_by(*by_sharing)


def documents(connection: Connection, numbers: Sequence[int]) -> tuple[Document, ...]:
    """The articles with these ids, in that order; one that is not there is left out."""
    found = {
        row.id: document(row)
        for part in batches(numbers)
        for row in connection.execute(select(*DOCUMENT).where(article.c.id.in_(part)))
    }
    return tuple(found[number] for number in numbers if number in found)


def document(row: Any) -> Document:
    """A row of `DOCUMENT` columns, as the article was compared when it came: a verdict can be found again."""
    text = compared(row.text)
    return Document(str(row.id), text, row.title, row.language, row.url, row.published or row.found)


def by_url(connection: Connection, url: str) -> int | None:
    number = connection.execute(select(article.c.id).where(article.c.url_hash == hash_url(url))).scalar()
    return None if number is None else int(number)


def verdict_of(connection: Connection, number: int) -> Verdict | None:
    body = connection.execute(select(verdict.c.body).where(verdict.c.article == number)).scalar()
    return None if body is None else codec.loads(Verdict, body)


def add(
    connection: Connection,
    found: Article,
    topics: Sequence[TopicMatch],
    keys: Sequence[Key],
    decision: Verdict,
) -> int:
    stored = by_url(connection, found.url)
    if stored is not None:
        return stored
    story_id, relation = _story_for(connection, found, decision)
    number = _insert_article(connection, found, story_id, relation)
    if found.captured is not None:
        insert_new(connection, captured, [{"article": number, "at": found.captured}])
    _insert_topics(connection, number, topics)
    _insert_keys(connection, number, keys)
    groups.liken(connection, groups.verdict_likenesses(number, decision))
    connection.execute(insert(verdict), [_verdict_row(number, decision)])
    return number


def rejudge(connection: Connection, number: int, keys: Sequence[Key], decision: Verdict) -> None:
    _insert_keys(connection, number, keys)
    insert_or_update(connection, verdict, [_verdict_row(number, decision)], ("seed", "body"))
    connection.execute(delete(likeness).where(likeness.c.article == number))
    groups.liken(connection, groups.verdict_likenesses(number, decision))


def _verdict_row(number: int, decision: Verdict) -> dict[str, object]:
    tells = decision.seed is not None and decision.seed.relation in TELLS
    seed = decision.seed.id if decision.seed and tells else None
    return {"article": number, "seed": seed, "body": codec.dumps(decision)}


def _story_for(connection: Connection, found: Article, decision: Verdict) -> tuple[int, Relation]:
    """The story of the earlier article it copies or retells, else a new one; told already if the article is."""
    earlier = decision.earlier
    if earlier is not None and earlier.relation in TELLS and earlier.id.isdecimal():
        known = connection.execute(select(article.c.story).where(article.c.id == int(earlier.id))).scalar()
        if known is not None:
            return int(known), earlier.relation
    return numbers.found_story(connection, {"told_in": 0 if found.told else None}), Relation.NEW


def _insert_article(connection: Connection, found: Article, story_id: int, relation: Relation) -> int:
    row = {
        "url_hash": hash_url(found.url),
        "story": story_id,
        "relation": relation.value,
        "found": found.found,
        "told": found.told,
        "published": _moment(found),
        "published_from": found.published_from,
        "source": found.source,
        "outlet": found.outlet,
        "language": found.language,
        "role": found.role,
        "headline_only": found.headline_only,
        "text_from": found.text_from,
        "authors": codec.dumps(found.authors),
        "url": found.url,
        "title": found.title,
        "text": found.text,
    }
    tally.change(connection, tally.ARTICLES)
    return insert_one(connection, article, row)


def _moment(found: Article) -> datetime | None:
    """Its date; where it has none, and a copy of it was read, when that was taken: the order of stories goes by it.

    What it is stands beside it: `published_from` is `found`, and there is a row in `captured`.
    """
    return found.captured if found.published is None else found.published


def _insert_topics(connection: Connection, number: int, topics: Sequence[TopicMatch]) -> None:
    rows = [
        {
            "article": number,
            "topic": match.topic,
            "rank": rank,
            "about": match.about,
            "score": match.score,
            "terms": codec.dumps(match.terms),
        }
        for rank, match in enumerate(topics)
    ]
    insert_new(connection, article_topic, rows)


def _insert_keys(connection: Connection, number: int, keys: Sequence[Key]) -> None:
    """Stores those keys that the article does not hold yet and that fewer than 200 articles hold."""
    wanted = _by_signal(connection, keys, create=True)
    if not wanted:
        return
    dialect = connection.dialect.name
    held = connection.execute(_held(dialect, len(wanted)), _asked(connection, wanted, article=number))
    full = {(row.signal, row.key) for row in held}
    for signal_number, values in wanted.items():
        new = sorted(value for value in values if (signal_number, value) not in full)
        if new:
            row = {"signal": signal_number, "article": number, "keys": handed(connection, new)}
            connection.execute(_holding(dialect), row)


@lru_cache(maxsize=16)
def _held(dialect: str, signals: int) -> CompoundSelect[Any]:
    """Those of the keys that have as many holders as a key may have, or that the article holds already."""
    is_own = func.max(case((signal_key.c.article == bindparam("article"), 1), else_=0)) == 1
    return union_all(
        *(
            select(signal_key.c.signal, signal_key.c.key)
            .where(signal_key.c.signal == bindparam(f"signal{place}"))
            .where(signal_key.c.key.in_(given(dialect, f"keys{place}")))
            .group_by(signal_key.c.signal, signal_key.c.key)
            .having(or_(func.count() >= HOLDERS, is_own))
            for place in range(signals)
        )
    )


@cache
def _holding(dialect: str) -> Insert:
    """One row for each of the keys: one statement, where eighty took a tenth of an article's time on a server."""
    key = given(dialect, "keys").subquery().columns[0]
    rows = select(bindparam("signal", type_=BigInteger), key, bindparam("article", type_=BigInteger))
    return insert(signal_key).from_select(["signal", "key", "article"], rows.order_by(key))


def _by_signal(connection: Connection, keys: Sequence[Key], create: bool = False) -> Mapping[int, list[int]]:
    """The distinct values of the keys, by the number their signal and version have in the store."""
    if not keys:
        return {}
    numbers = signal_numbers(connection)
    missing = {(key.signal, key.version) for key in keys} - numbers.keys()
    if missing and create:
        insert_new(connection, signal, [{"name": name, "version": version} for name, version in sorted(missing)])
        numbers = signal_numbers(connection)
    values: defaultdict[int, dict[int, None]] = defaultdict(dict)
    for key in keys:
        number = numbers.get((key.signal, key.version))
        if number is not None:
            values[number][key.value] = None
    return {number: list(held) for number, held in values.items()}


def signal_numbers(connection: Connection) -> dict[tuple[str, int], int]:
    # A handful of rows: read each time, as another process may have added one.
    rows = connection.execute(select(signal.c.name, signal.c.version, signal.c.id))
    return {(name, version): number for name, version, number in rows}
