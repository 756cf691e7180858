"""The index of words in PostgreSQL: vectors of our own words with a GIN index. The SQL of searching stands here alone.

Most articles are one vector, in `words`, and are found by it alone. What a long article is asked must not stand in one
of its parts (`words_part`): each thing wanted has to stand in some part, and nothing unwanted in any.

A GIN index gives every article with a word, in no order. So the newest are looked for first, by the label of their
share of time: what that costs depends on what ten days bring, and not on how many years lie before them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from math import log

from sqlalchemy import Connection, TextClause, text

from watcher.store.columns import clean_text
from watcher.store.postgres.parts import OUTLET, OVERLAP, SHARE_BITS, quoted, share_label, vectors
from watcher.store.wordrows import EVERY, ID, IndexRow, Span, Wanted, language_label, source_label, wanted
from watcher.types import SearchQuery, Term

# How rare a word is, is judged by so many of the newest articles: 30 ms, however large the archive.
_SAMPLED = 2_000
# Shares of the second stretch to each of the first, and so on; what is not found often in so many is rare.
_WIDER, _WIDEST = 4, 16
_OFTEN = 20_000  # articles of a topic: from here on walking along all rows finds a thousand sooner, of a million
# The last row of a span. A share of a small table is most of it, which a server would rather walk through, unaware that
# each row's words lie elsewhere and packed: 25 µs.
_last = text(
    "SELECT greatest((SELECT max(row) FROM words WHERE row >= :first AND row < :end), "
    "(SELECT max(row) FROM words_part WHERE row >= :first AND row < :end)), set_config('enable_seqscan', 'off', true)"
)
# Of a text, of nothing, of an outlet, of a title: what `ts_rank` weighs a place by.
_WEIGHTS = "'{0.2,0,0,1}'"
_BY_LENGTH = 1  # divided by 1 + the logarithm of the length


def put(connection: Connection, rows: Sequence[IndexRow]) -> None:
    """Adds rows."""
    whole, parts = [], []
    for each in rows:
        made = vectors(each)
        if len(made) == 1:
            whole.append((each.row, made[0]))
        else:
            parts += [(each.row, number, vector) for number, vector in enumerate(made)]
    if whole:
        connection.exec_driver_sql("INSERT INTO words VALUES (%s, %s::tsvector)", whole)
    if parts:
        connection.exec_driver_sql("INSERT INTO words_part VALUES (%s, %s, %s::tsvector)", parts)


def take_out(connection: Connection, rows: Sequence[IndexRow]) -> None:
    """Takes out rows."""
    numbers = [(each.row,) for each in rows]
    for table in ("words", "words_part"):
        connection.exec_driver_sql(f"DELETE FROM {table} WHERE row = %s", numbers)  # noqa: S608 - our own words


def clear(connection: Connection) -> None:
    """Forgets every row."""
    connection.exec_driver_sql("TRUNCATE words, words_part")


def rows(connection: Connection) -> set[int]:
    """Every row there is."""
    found = connection.exec_driver_sql("SELECT row FROM words UNION SELECT row FROM words_part")
    return {row for (row,) in found}


def is_found(connection: Connection, row: IndexRow) -> bool:
    """True where a row is found by the ends of its title, its text and its labels."""
    asked = []
    for words, weight in ((row.title.split(), ":A"), (row.text.split(), ":D")):
        asked += [quoted(word) + weight for word in {*words[:1], *words[-1:]}]
    asked += [quoted(word if word.startswith(".") else OUTLET + word) for word in row.labels.split()]
    found = _statement(_Form(len(asked), 0, 0, True))
    return connection.execute(found, _Asked(tuple(asked), ()).values() | {"rows": [row.row]}).first() is not None


def newest(connection: Connection, query: SearchQuery, span: Span, limit: int) -> list[int]:
    """The rows found, newest first."""
    asked = _asked(query)
    if not asked.narrows:
        return _of_topics(connection, query, span, limit)
    found: list[int] = []
    statement = _statement(_Form.of(asked, query, False))
    for part, shares in _stretches(connection, span):
        values = asked.values(shares) | _narrowed(query, part) | {"limit": limit - len(found)}
        found += connection.execute(statement, values).scalars()
        if len(found) == limit:
            break
    return found


def _stretches(connection: Connection, span: Span) -> Iterator[tuple[Span, Sequence[int]]]:
    """A span in stretches, each longer than the one before it, with their shares; the last one is all the rest."""
    end, width = span.end, 1
    while (last := connection.execute(_last, {"first": span.first, "end": end}).scalar()) is not None:
        share = last >> SHARE_BITS
        begin = max(span.first, (share - width + 1) << SHARE_BITS) if width <= _WIDEST else span.first
        shares = range(begin >> SHARE_BITS, share + 1)
        yield Span(begin, end), shares if len(shares) <= _WIDEST else ()
        if begin == span.first:
            return
        end, width = begin, width * _WIDER


def weights(connection: Connection, query: SearchQuery, rows: Sequence[int]) -> dict[int, float]:
    """`ts_rank` of each word, by how rare the word is; better the higher."""
    asked = _asked(query)
    terms = [_phrase(wanted(term)) for term in query.terms]
    values: dict[str, object] = asked.values() | {"rows": list(rows)}
    for number, (term, rarity) in enumerate(zip(terms, _rarities(connection, terms), strict=True)):
        values |= {f"term{number}": term, f"rarity{number}": rarity}
    return {row: float(rank) for row, rank in connection.execute(_statement(_Form.of(asked, query, True)), values)}


def _rarities(connection: Connection, terms: Sequence[str]) -> list[float]:
    """What each term counts beside the others; the only one counts for one."""
    if len(terms) < 2:
        return [1.0] * len(terms)
    counted = ", ".join(f"count(*) FILTER (WHERE vector @@ CAST(:term{n} AS tsquery))" for n in range(len(terms)))
    sample = f"SELECT vector FROM words ORDER BY row DESC LIMIT {_SAMPLED}"  # noqa: S608 - our own words
    asked = {f"term{number}": term for number, term in enumerate(terms)}
    query = text(f"SELECT count(*), {counted} FROM ({sample}) newest")  # noqa: S608 - likewise
    every, *found = connection.execute(query, asked).one()
    return [log(1 + (every - times + 0.5) / (times + 0.5)) for times in found]


# --- statements ---


@dataclass(frozen=True, slots=True)
class _Form:
    """What a statement depends on: how many things are wanted, unwanted, and topics; whether rows are weighed."""

    wanted: int
    unwanted: int
    topics: int
    weighed: bool
    terms: int = 0

    @classmethod
    def of(cls, asked: _Asked, query: SearchQuery, weighed: bool) -> _Form:
        terms = len(query.terms) if weighed else 0
        return cls(len(asked.wanted), len(asked.unwanted), len(query.topics), weighed, terms)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What must stand in an article, and what must not, each as a `tsquery`."""

    wanted: tuple[str, ...]
    unwanted: tuple[str, ...]

    narrows: bool = True  # False: every article has what is wanted

    def values(self, shares: Sequence[int] = ()) -> dict[str, object]:
        """The parameters of a statement, which finds nothing outside these shares where any are named."""
        values: dict[str, object] = {f"wanted{number}": each for number, each in enumerate(self.wanted)}
        values |= {f"unwanted{number}": each for number, each in enumerate(self.unwanted)}
        without = [f"!({each})" for each in self.unwanted]
        of_shares = [_any(quoted(share_label(share)) for share in shares)] if shares else []
        values["whole"] = " & ".join(f"({each})" for each in (*self.wanted, *without, *of_shares))
        some = _any((*self.wanted, *self.unwanted))
        values["any"] = " & ".join(f"({each})" for each in (some, *of_shares))
        return values


def _narrowed(query: SearchQuery, span: Span) -> dict[str, object]:
    topics = {f"topic{number}": clean_text(topic) for number, topic in enumerate(query.topics)}
    return {"first": span.first, "end": span.end, **topics}


@cache
def _statement(form: _Form) -> TextClause:
    return text(_weighed(form) if form.weighed else _newest(form))


def _newest(form: _Form) -> str:
    return f"{_whole(form, '')} UNION ALL {_in_parts(form, '')} ORDER BY row DESC LIMIT :limit"


def _weighed(form: _Form) -> str:
    ranks = (
        f":rarity{n} * ts_rank({_WEIGHTS}, vector, CAST(:term{n} AS tsquery), {_BY_LENGTH})" for n in range(form.terms)
    )
    rank = " + ".join(ranks) or "0"
    return f"{_whole(form, f', {rank}')} UNION ALL {_in_parts(form, f', max({rank})')}"


def _whole(form: _Form, more: str) -> str:
    here = _here("words", form)
    return f"SELECT row{more} FROM words WHERE vector @@ CAST(:whole AS tsquery) AND {here}"  # noqa: S608 - our own words


def _in_parts(form: _Form, more: str) -> str:
    each = [f"bool_or(vector @@ CAST(:wanted{n} AS tsquery))" for n in range(form.wanted)]
    each += [f"NOT bool_or(vector @@ CAST(:unwanted{n} AS tsquery))" for n in range(form.unwanted)]
    found = f"vector @@ CAST(:any AS tsquery) AND {_here('words_part', form)}"
    return f"SELECT row{more} FROM words_part WHERE {found} GROUP BY row HAVING {' AND '.join(each)}"  # noqa: S608 - our own words


def _here(table: str, form: _Form) -> str:
    if form.weighed:  # which rows were found is known
        return "row = ANY(CAST(:rows AS bigint[]))"
    # Not by the order of rows: whoever walks along it opens the words of each.
    return "row + 0 >= :first AND row + 0 < :end" + _about(table, form.topics)


def _about(table: str, topics: int) -> str:
    if not topics:
        return ""
    of_row = f"article = ({table}.row & {ID}) AND topic IN ({_names(topics)}) AND about"
    # OFFSET: asked of one row after the other, until there are enough, and not of all articles of a topic at once.
    return f" AND EXISTS (SELECT 1 FROM article_topic WHERE {of_row} OFFSET 0)"  # noqa: S608 - our own words


# Without words: rows along their order until there are enough, or those of the articles of a topic, where it has few.


def _of_topics(connection: Connection, query: SearchQuery, span: Span, limit: int) -> list[int]:
    values = _narrowed(query, span) | {"limit": limit}
    named = _names(len(query.topics))
    some = f"SELECT 1 FROM article_topic WHERE topic IN ({named}) LIMIT {_OFTEN}"  # noqa: S608 - our own words
    count = text(f"SELECT count(*) FROM ({some}) met")  # noqa: S608 - likewise
    is_rare = bool(query.topics) and connection.execute(count, values).scalar_one() < _OFTEN
    return list(connection.execute(_without_words(len(query.topics), is_rare), values).scalars())


@cache
def _without_words(topics: int, is_rare: bool) -> TextClause:
    of_topic = f"SELECT article FROM article_topic WHERE topic IN ({_names(topics)}) AND about"  # noqa: S608 - our own words
    ways = []
    for table in ("words", "words_part"):
        about, here = _about(table, topics), "row >= :first AND row < :end"
        if is_rare:
            about, here = f" AND row & {ID} IN ({of_topic})", "row + 0 >= :first AND row + 0 < :end"
        row = "row" if table == "words" else "DISTINCT row"  # each with its end: else all are found and then sorted
        ways.append(f"(SELECT {row} FROM {table} WHERE {here}{about} ORDER BY row DESC LIMIT :limit)")  # noqa: S608 - likewise
    return text(f"{' UNION ALL '.join(ways)} ORDER BY row DESC LIMIT :limit")


def _names(topics: int) -> str:
    return ", ".join(f":topic{number}" for number in range(topics))


# --- what is asked ---


def _asked(query: SearchQuery) -> _Asked:
    asked = [_phrase(wanted(term)) for term in query.terms]
    asked += [_any(_outlet(term) for term in query.outlets)] if query.outlets else []
    asked += [_any(quoted(language_label(each)) for each in query.languages)] if query.languages else []
    asked += [_any(quoted(source_label(each)) for each in query.sources)] if query.sources else []
    without = tuple(_phrase(wanted(term)) for term in query.without)
    return _Asked(tuple(asked or [quoted(EVERY)]), without, bool(asked or without))


def _outlet(term: Term) -> str:
    asked = wanted(term)
    return _phrase(Wanted(tuple(OUTLET + word for word in asked.words), asked.begins))


def _any(expressions: Iterable[str]) -> str:
    return " | ".join(f"({each})" for each in expressions)


def _phrase(asked: Wanted) -> str:
    """One word after the other; a phrase longer than the parts overlap, by pieces that overlap."""
    words = list(map(quoted, asked.words))
    if asked.begins:
        words[-1] += ":*"
    if len(words) <= OVERLAP:
        return " <-> ".join(words)
    starts = [*range(0, len(words) - OVERLAP, OVERLAP // 2), len(words) - OVERLAP]
    return " & ".join("(" + " <-> ".join(words[start : start + OVERLAP]) + ")" for start in starts)
