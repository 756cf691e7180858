"""Replays the archive: every article judged anew and put into stories again, as today's judge and settings would.

    keys and vectors of every article, in the order of stories ─> candidates ─> verdict ─> placed (corrections heeded)
                                                                                         └─> what changed, by story
    written in batches: verdicts, likenesses ─> at the end, the articles that change their story

Reading needs no lock, so the daemon works on beside it; articles that come meanwhile stay where they are, and what
somebody corrects meanwhile is heeded at the end.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from watcher.placing import Again, alike, alike_around, articles_of, heed, judge_again, likeness, place_again
from watcher.ports import Judge, Nearest, Store, Writer
from watcher.stories.cluster import Clusters, Rules, named
from watcher.stories.keyindex import KeyIndex
from watcher.types import Correction, Document, Key, Likeness, Placed, Placement, Point, Seed, Verdict

_BATCH = 200  # articles of one transaction
_TEXTS = 2000  # documents kept at hand: candidates are near each other in time

Kind = Literal["merged", "split", "moved"]


class Archive(Store, Protocol):
    """What a replay asks of the store beyond what the jobs do."""

    def points(self) -> tuple[Point, ...]: ...
    def corrections(self) -> tuple[Correction, ...]: ...
    def story_names(self) -> dict[str, str]: ...


@dataclass(frozen=True, slots=True)
class Change:
    """What a replay makes of one story: `articles` are those it has afterwards, `before` the stories they were in."""

    story: str  # "" for one that is founded
    kind: Kind
    articles: tuple[str, ...]
    before: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Replayed:
    """An article's new keys, verdict and place, and all it was compared with."""

    article: str
    keys: tuple[Key, ...]
    verdict: Verdict
    placement: Placement
    likenesses: tuple[Likeness, ...]
    facts: str


def rebuild(
    store: Archive,
    judge: Judge,
    seeds: Sequence[Seed],
    rules: Rules,
    *,
    index: Nearest | None = None,
    dry_run: bool = False,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> tuple[Change, ...]:
    """Replays the whole archive; returns what changed. With `dry_run` nothing is written.

    An empty `index` takes the stored vectors as it goes along; without one nobody is found by meaning.
    """
    points = store.points()
    run = _Replay(store, judge, seeds, rules, index)
    placements: list[Placement] = []
    batch: list[Replayed] = []
    for done, point in enumerate(points, 1):
        replayed = run.place(point)
        placements.append(replayed.placement)
        batch.append(replayed)
        if len(batch) == _BATCH or done == len(points):
            if not dry_run:
                _write(store, batch)
            batch = []
            progress(done, len(points))
    before = {article: story for article, story in store.story_names().items() if article in run.seen}
    groups = run.clusters.stories()
    names = named(groups, before)
    if not dry_run:
        stories = {names[root] or f"new {root}": articles for root, articles in groups.items()}
        with store.writing() as writer:
            writer.regroup(placements, stories)
            _heed(store, judge, rules, writer, run.corrections)
        run.judge_latecomers()
    return tuple(changes(groups, names, before))


def _write(store: Store, batch: Sequence[Replayed]) -> None:
    with store.writing() as writer:
        for each in batch:
            writer.rejudge(int(each.article), each.keys, each.verdict, each.facts)
            writer.liken(each.likenesses)


def _heed(store: Archive, judge: Judge, rules: Rules, writer: Writer, heeded: tuple[Correction, ...]) -> None:
    """Corrections said or taken back while the replay ran: nobody else writes now, so these are all there are."""
    now = store.corrections()
    for said in heeded:
        if said not in now:
            place_again(writer, judge, rules, articles_of(said))
    for said in now:
        if said not in heeded:
            heed(writer, judge, rules, said)


def changes(groups: dict[str, list[str]], names: dict[str, str | None], before: dict[str, str]) -> Iterator[Change]:
    """What became of the stories: one line for each that lost or gained articles."""
    left = {story: {article for article, old in before.items() if old == story} for story in set(before.values())}
    for root, articles in sorted(groups.items(), key=lambda pair: int(pair[0])):
        name = names[root]
        sources = sorted({before[article] for article in articles}, key=int)
        if name is not None and left[name] == set(articles):
            continue
        whole = [story for story in sources if left[story] <= set(articles)]
        kind: Kind = "merged" if len(whole) == len(sources) > 1 else "split" if len(sources) == 1 else "moved"
        yield Change(name or "", kind, tuple(articles), tuple(sources))


class _Replay:
    """The archive as it would have come in the order of stories, with an index that lives in memory."""

    def __init__(
        self, store: Archive, judge: Judge, seeds: Sequence[Seed], rules: Rules, index: Nearest | None
    ) -> None:
        self._store, self._judge, self._seeds = store, judge, seeds
        self._index = index
        self._documents: OrderedDict[str, Document] = OrderedDict()
        self._keys = KeyIndex()
        self._compared: list[Likeness] = []
        self._without: list[int] = []  # vectors
        self._rules = rules
        self.seen: set[str] = set()
        self.corrections = store.corrections()
        self.clusters = Clusters(self._compare, rules, self.corrections)

    def place(self, point: Point) -> Replayed:
        document = self._document(point.id)
        keys = self._judge.keys(document)
        found = dict.fromkeys((*map(str, self._keys.candidates(keys)), *self._near(point, document)))
        candidates = [self._document(each) for each in found]
        verdict = self._judge.verdict(document, self._seeds, candidates)
        matches = [match for match in (verdict.earlier, *verdict.also) if match is not None]
        self._compared = []
        placement = self.clusters.place(point, [likeness(point.id, match) for match in matches])
        self._keys.add(int(point.id), keys)
        self.seen.add(point.id)
        return Replayed(point.id, keys, verdict, placement, tuple(self._compared), document.facts)

    def _near(self, point: Point, document: Document) -> list[str]:
        """Those before it that are nearest by meaning; from now on it is one of them itself."""
        whole = self._judge.whole(document)
        if self._index is None:
            return []
        if not whole:
            self._without.append(int(point.id))
            return []
        near = alike(self._index, whole, point.moment - self._rules.window, point.moment)
        self._index.add([Placed(int(point.id), self._index.last + 1, point.moment, whole)])
        return [str(article) for article in near]

    def judge_latecomers(self) -> None:
        """Articles whose vectors came while the replay ran: it judged without them what had been judged with them."""
        if self._index is None:
            return
        late: list[int] = []
        for start in range(0, len(self._without), _BATCH):
            for document in self._store.documents(self._without[start : start + _BATCH]):
                if document.published and (whole := self._judge.whole(document)):
                    late.append(int(document.id))
                    self._index.add([Placed(late[-1], self._index.last + 1, document.published, whole)])
        for number in late:
            (document,) = self._store.documents([number])
            own = self._judge.prepared(document)
            again = Again(own, self._judge.keys(own), alike_around(self._index, self._judge, self._rules, own))
            with self._store.writing() as writer:
                judge_again(writer, self._judge, self._seeds, self._rules, again)

    def _compare(self, article: str, other: str) -> Likeness:
        found = likeness(article, self._judge.compare(self._document(article), self._document(other)))
        self._compared.append(found)
        return found

    def _document(self, article: str) -> Document:
        if article not in self._documents:
            (stored,) = self._store.documents([int(article)])
            self._documents[article] = self._judge.prepared(stored)
            while len(self._documents) > _TEXTS:
                self._documents.popitem(last=False)
        else:
            self._documents.move_to_end(article)
        return self._documents[article]
