"""How articles became stories: likenesses, placings, and regrouping that keeps what was told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from watcher.store import codec, corrections, tally
from watcher.store import numbers as numbering
from watcher.store.columns import batches
from watcher.store.statements import insert_new, insert_or_update
from watcher.store.tables import article, edition, edition_story, likeness, placing, removed, story
from watcher.types import TELLS, Fact, Likeness, Neighbourhood, Placement, Point, Relation, Verdict

# Of articles in one neighbourhood. A story has some ten; beyond this a replay leaves what it does not see where it is.
BOUND = 200

_Facts = tuple[Fact, ...]
_TELLS = sorted(relation.value for relation in TELLS)
_POINT = (article.c.id, article.c.url, article.c.story, article.c.relation, article.c.published, article.c.found)


def liken(connection: Connection, rows: Iterable[Likeness]) -> None:
    """Keeps likenesses; a newer word on a pair replaces the older one."""
    values = [
        {
            "article": int(each.article),
            "other": int(each.other),
            "relation": each.relation.value,
            "score": each.score,
            "cut": each.cut,
            "conflicts": codec.dumps(each.conflicts) if each.conflicts else None,
        }
        for each in rows
        if each.article.isdecimal() and each.other.isdecimal()
    ]
    insert_or_update(connection, likeness, values, ("relation", "score", "cut", "conflicts"))


def liked(connection: Connection, number: int) -> tuple[int, ...]:
    """The articles that this one was held against, whatever came of it."""
    queries = (
        select(likeness.c.other).where(likeness.c.article == number),
        select(likeness.c.article).where(likeness.c.other == number),
    )
    return tuple(sorted({found for query in queries for (found,) in connection.execute(query)}))


def verdict_likenesses(number: int, decision: Verdict) -> list[Likeness]:
    """What a verdict says about earlier articles that the article tells again."""
    matches = [match for match in (decision.earlier, *decision.also) if match and match.relation in TELLS]
    return [
        Likeness(str(number), match.id, match.relation, match.score, match.evidence.cut, match.evidence.conflicts)
        for match in matches
    ]


def points(connection: Connection, numbers: Sequence[int]) -> tuple[Point, ...]:
    """Where these articles stand in the order of stories; one that is not there is left out."""
    found = [row for part in batches(numbers) for row in _rows(connection, part)]
    return tuple(_point(row) for row in found)


def all_points(connection: Connection) -> tuple[Point, ...]:
    """Every article that still says something, in the order in which stories are made; the others stay in theirs."""
    is_removed = select(removed.c.article).where(removed.c.article == article.c.id)
    rows = connection.execute(select(*_POINT).where(~is_removed.exists()))
    return tuple(sorted((_point(row) for row in rows), key=lambda point: point.order))


def story_names(connection: Connection) -> dict[str, str]:
    """The story of every article, by id."""
    return {str(row.id): str(row.story) for row in connection.execute(select(article.c.id, article.c.story))}


def neighbourhood(connection: Connection, numbers: Sequence[int]) -> Neighbourhood:
    """Walks from articles to those like them, in one story with them, or put together with them by hand.

    The articles asked for are all in it, however many: what somebody says of a large story must reach its last article.
    """
    rows: dict[int, Any] = {}
    ahead = list(dict.fromkeys(numbers))
    while ahead and len(rows) < BOUND:
        met = [row for part in batches(ahead[: max(BOUND, len(numbers))]) for row in _rows(connection, part)]
        rows |= {row.id: row for row in met}
        beside = _beside(connection, [row.id for row in met], {row.story for row in met})
        ahead = [number for number in beside if number not in rows]
    ordered = tuple(sorted((_point(row) for row in rows.values()), key=lambda point: point.order))
    strands = _strands(connection, list(rows))
    # Nobody placed the first report of a story that others joined: it begins the strand that they are part of.
    begun = set(strands.values())
    strands = {number: str(number) for number in rows if str(number) in begun} | strands
    founders: dict[int, str] = {}  # of a story, where nobody has placed it: then it is one strand
    for point in ordered:
        if int(point.id) not in strands:
            founders.setdefault(rows[int(point.id)].story, point.id)
    known = sorted(rows)
    return Neighbourhood(
        points=ordered,
        strands={str(number): strands.get(number) or founders[rows[number].story] for number in known},
        stories={str(number): str(rows[number].story) for number in known},
        relations={str(number): Relation(rows[number].relation) for number in known},
        likenesses=_likenesses(connection, known),
        corrections=corrections.of_articles(connection, known),
        whole=not ahead and len(rows) < BOUND,
    )


def _rows(connection: Connection, numbers: Sequence[int]) -> Sequence[Any]:
    return connection.execute(select(*_POINT).where(article.c.id.in_(numbers)).order_by(article.c.id)).all()


def _point(row: Any) -> Point:
    return Point(str(row.id), row.published or row.found, row.url)


def _beside(connection: Connection, numbers: Sequence[int], stories: Iterable[int]) -> list[int]:
    """The next articles of a walk, in a fixed order: a bounded walk must be the same one every time.

    Of each kind no more than the walk has room for: what a bulletin's copies are to the first one grows for ever.
    """
    tells = likeness.c.relation.in_(_TELLS)
    found: set[int] = set(corrections.partners(connection, numbers))
    queries = (
        select(likeness.c.other).where(likeness.c.article.in_(numbers), tells).order_by(likeness.c.other),
        select(likeness.c.article).where(likeness.c.other.in_(numbers), tells).order_by(likeness.c.article),
        select(article.c.id).where(article.c.story.in_(sorted(stories))).order_by(article.c.id),
    )
    for query in queries:
        found.update(number for (number,) in connection.execute(query.distinct().limit(BOUND)))
    return sorted(found)


def _strands(connection: Connection, numbers: Sequence[int]) -> dict[int, str]:
    rows = [
        row
        for part in batches(numbers)
        for row in connection.execute(select(placing.c.article, placing.c.strand).where(placing.c.article.in_(part)))
    ]
    return {row.article: str(row.strand) for row in rows}


def _likenesses(connection: Connection, numbers: Sequence[int]) -> tuple[Likeness, ...]:
    known = set(numbers)
    rows = [
        row
        for part in batches(numbers)
        for row in connection.execute(
            select(likeness).where(likeness.c.article.in_(part)).order_by(likeness.c.article, likeness.c.other)
        )
        if row.other in known
    ]
    return tuple(
        Likeness(
            str(row.article),
            str(row.other),
            Relation(row.relation),
            row.score,
            row.cut,
            codec.loads(_Facts, row.conflicts) if row.conflicts else (),
        )
        for row in rows
    )


def placement_of(connection: Connection, number: int) -> Placement | None:
    row = connection.execute(select(placing).where(placing.c.article == number)).one_or_none()
    if row is None:
        return None
    return codec.loads(Placement, row.body) if row.body else Placement(str(number), str(row.strand), Relation.NEW)


def regroup(
    connection: Connection,
    placements: Sequence[Placement],
    stories: Mapping[str, Sequence[str]],
    raised: datetime | None = None,
    hidden: bool = False,
) -> None:
    """Puts articles into stories: `stories` holds, by the name each goes on with, all of its placed articles.

    A name that is no story's founds one. An edition has told a story if it told one of its articles; stories that are
    left without an article go. With `raised`, new stories that leave a told one were told by nobody; with `hidden`
    besides, only those of whose articles no edition told one.
    """
    _keep_placings(connection, placements)
    numbers = [int(each) for articles in stories.values() for each in articles]
    before = {row.id: row for part in batches(numbers) for row in _rows(connection, part)}
    moved = _moves(connection, before, stories, raised)
    changed = {row.story for number, row in before.items() if number in moved} | set(moved.values())
    if moved:
        told = _tellings(connection, {row.story for row in before.values()})
        for number, target in moved.items():
            connection.execute(update(article).where(article.c.id == number).values(story=target))
        _retell(connection, changed, before, told, raised if hidden else None)
    for each in placements:
        if before[int(each.article)].relation != each.relation.value:
            changed_relation = update(article).where(article.c.id == int(each.article))
            connection.execute(changed_relation.values(relation=each.relation.value))


def _keep_placings(connection: Connection, placements: Sequence[Placement]) -> None:
    rows = [
        {
            "article": int(each.article),
            "strand": int(each.strand),
            "body": codec.dumps(each) if each.by or each.refused else None,
        }
        for each in placements
    ]
    insert_or_update(connection, placing, rows, ("strand", "body"))


def _moves(
    connection: Connection,
    before: Mapping[int, Any],
    stories: Mapping[str, Sequence[str]],
    raised: datetime | None,
) -> dict[int, int]:
    """The articles that change their story, with the new one; stories that are founded are made here."""
    existing = {row.story for row in before.values()}
    moved: dict[int, int] = {}
    for name, articles in stories.items():
        numbers = [int(each) for each in articles]
        target = int(name) if name.isdecimal() and int(name) in existing else None
        if target is None:
            told = raised is not None and _were_told(connection, {before[number].story for number in numbers})
            values = {"told_in": None, "raised": raised if told else None}
            target = numbering.found_story(connection, values, name)
        moved |= {number: target for number in numbers if before[number].story != target}
    return moved


def _were_told(connection: Connection, stories: Iterable[int]) -> bool:
    query = select(func.count(story.c.told_in)).where(story.c.id.in_(sorted(stories)))
    return bool(connection.execute(query).scalar_one())


def _tellings(connection: Connection, stories: Iterable[int]) -> dict[int, list[tuple[int, datetime]]]:
    """The editions that told these stories, and until when each looked."""
    found: defaultdict[int, list[tuple[int, datetime]]] = defaultdict(list)
    for part in batches(sorted(stories)):
        rows = connection.execute(
            select(edition_story.c.story, edition_story.c.edition, edition.c.until)
            .join(edition, edition.c.id == edition_story.c.edition)
            .where(edition_story.c.story.in_(part))
        )
        for row in rows:
            found[row.story].append((row.edition, row.until))
    return found


def _retell(
    connection: Connection,
    changed: Iterable[int],
    before: Mapping[int, Any],
    told: Mapping[int, Sequence[tuple[int, datetime]]],
    hidden: datetime | None,
) -> None:
    """Says anew which editions told the changed stories: those that told one of the articles they have now.

    What is raised at `hidden` and was told after all is raised no more.
    """
    for target in sorted(changed):
        members = connection.execute(
            select(article.c.id, article.c.found, article.c.told).where(article.c.story == target)
        ).all()
        raised = connection.execute(select(story.c.raised).where(story.c.id == target)).scalar()
        if not members:
            connection.execute(delete(edition_story).where(edition_story.c.story == target))
            oldest = min(number for number, row in before.items() if row.story == target)
            numbering.keep_story(connection, target, oldest)
            connection.execute(delete(story).where(story.c.id == target))
            tally.change(connection, tally.STORIES, -1)
            continue
        editions = {
            number
            for row in members
            for number, until in told.get(before[row.id].story if row.id in before else target, ())
            if row.found < until and (raised is None or raised == hidden or until > raised)
        }
        if raised is not None and raised == hidden and editions:
            connection.execute(update(story).where(story.c.id == target).values(raised=None))
        founder = min(members, key=lambda row: row.id)
        first = min(editions, default=0 if founder.told else None)
        connection.execute(delete(edition_story).where(edition_story.c.story == target))
        insert_new(connection, edition_story, [{"edition": number, "story": target} for number in sorted(editions)])
        connection.execute(update(story).where(story.c.id == target).values(told_in=first))
