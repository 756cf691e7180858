"""A judge that reads tags and an archive filled with articles that carry them: stories made to measure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from watcher import ingest
from watcher.ports import Writer
from watcher.stories.cluster import Rules
from watcher.types import (
    Article,
    Document,
    Evidence,
    Fact,
    Key,
    Match,
    Relation,
    Seed,
    TopicMatch,
    Verdict,
)

MONDAY = datetime(2026, 3, 2, 0, tzinfo=UTC)
CUT = 0.5


class TagJudge:
    """Texts are likened by the tags `#like-this` in them: copies share all, retellings half of the smaller number.

    `!word` contradicts `!other-word`.
    """

    def prepared(self, document: Document) -> Document:
        return document

    def whole(self, document: Document) -> bytes:
        del document
        return b""

    def keys(self, document: Document) -> tuple[Key, ...]:
        return tuple(Key("tags", 1, hash_of(tag)) for tag in sorted(tags(document.text, "#")))

    def compare(self, a: Document, b: Document) -> Match:
        ours, theirs = tags(a.text, "#"), tags(b.text, "#")
        score = len(ours & theirs) / max(1, min(len(ours), len(theirs)))
        against = tags(a.text, "!") ^ tags(b.text, "!") if tags(a.text, "!") and tags(b.text, "!") else frozenset()
        conflicts = tuple(Fact(kind, each) for each in sorted(against) for kind in ("number", "actor"))
        relation = Relation.RETELLING if score >= CUT else Relation.RELATED if score else Relation.NEW
        if ours and ours == theirs and "verbatim" in a.text and "verbatim" in b.text:
            relation = Relation.COPY
        elif conflicts:
            relation, score = Relation.NEW, 0.1
        return Match(b.id, relation, round(score, 4), Evidence({"tags": score}, conflicts=conflicts, cut=CUT))

    def verdict(self, document: Document, seeds: Sequence[Seed], candidates: Sequence[Document]) -> Verdict:
        known = self._ranked(document, [seed.document() for seed in seeds])
        earlier = self._ranked(document, candidates)
        told = [match for match in earlier[1:] if match.relation in (Relation.COPY, Relation.RETELLING)]
        return Verdict(
            seed=known[0] if known else None,
            seeds=tuple(match for match in known if match.relation in (Relation.COPY, Relation.RETELLING)),
            earlier=earlier[0] if earlier else None,
            also=tuple(told),
        )

    def _ranked(self, document: Document, others: Iterable[Document]) -> list[Match]:
        found = [self.compare(document, other) for other in others]
        rank = list(Relation).index
        return sorted(
            (each for each in found if each.relation is not Relation.NEW),
            key=lambda each: (rank(each.relation), -each.score),
        )


def tags(text: str, sign: str) -> frozenset[str]:
    return frozenset(word for word in text.split() if word.startswith(sign))


def hash_of(tag: str) -> int:
    return sum(ord(letter) * 131**place for place, letter in enumerate(tag)) % (1 << 62)


def article(name: str, text: str, hours: float, *, language: str = "en", title: str = "", **more: object) -> Article:
    """An article published so many hours after Monday began, and found an hour later."""
    published = MONDAY + timedelta(hours=hours)
    found = more.pop("found", None) or published + timedelta(hours=1)
    return Article(
        f"https://{name}.example/1",
        title or f"Headline of {name}",
        text,
        name,
        name.title(),
        language,
        found,  # type: ignore[arg-type]
        published,
        "page",
        **more,  # type: ignore[arg-type]
    )


def put(
    writer: Writer,
    *articles: Article,
    seeds: Sequence[Seed] = (),
    rules: Rules | None = None,
    judge: TagJudge | None = None,
) -> None:
    """Settles articles in this order, as polling does."""
    judge = judge or TagJudge()
    for each in articles:
        own = judge.prepared(ingest.document(each))
        topics = (TopicMatch("nvidia", True, 0.9, ("Nvidia",)),)
        prepared = ingest.Prepared(each.url, each, topics, judge.keys(own), own.facts)
        ingest.settle(prepared, writer, judge, seeds, each.found, rules)
