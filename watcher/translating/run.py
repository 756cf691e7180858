"""Asks a machine for what the coming editions want, as far as today's cap covers it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace

from watcher.digest.wording import Identify, refusal
from watcher.ports import Clock, Machine, Store
from watcher.translating.terms import Terms
from watcher.translating.wanted import Wanted, by_reader
from watcher.types import Edition, KeptWords, MachineAnswer, MachineCall, Reason, Trouble

# Words of one source share a request, at most so many: a headline written to be obeyed reaches its own source's alone.
BATCH = 8
LOOK_SECONDS = 5.0  # between two looks whether the coming editions have changed
LONGEST_LOOK = 300.0  # what a reader is told changes with the hour too: newer stories rank higher
# Composing an edition of 1,000 stories takes 3 s of a processor: it has this many times as long in between.
_REST = 20.0
FIRST_PAUSE, LONGEST_PAUSE = (
    15.0,
    1_800.0,
)  # a machine in trouble is asked again after these seconds, then twice as long
_ROUNDS = 3  # of a command that runs once: all together, one by one, and once more
_STOP_SECONDS = 0.5  # how often who waits for an answer looks whether to end
_ASKED = "no answer came: it was ended while it was asked"
TROUBLE = "machine trouble"
"""The checkpoint that says, for `status`, why words are missing; empty when all is well."""

_OF_THE_WORDS = frozenset({Reason.UNREADABLE, Reason.INCOMPLETE, Reason.TOO_LARGE})
_REFUSALS = frozenset({400, 413, 422})


@dataclass(frozen=True, slots=True)
class Parts:
    """What a run works with. `editions` composes the coming ones, as they would be now."""

    store: Store
    machine: Machine
    terms: Terms
    editions: Callable[[], Sequence[Edition]]
    identify: Identify
    clock: Clock
    seconds: Callable[[], float]  # only goes forward


@dataclass(slots=True)
class _Known:
    """What this process has learned of the machine and of words it was given."""

    alone: set[int] = field(default_factory=set)  # words to be asked for by themselves
    failures: Counter[int] = field(default_factory=Counter)
    works: bool = False  # it has answered properly, so what it fails at is the words' fault


class Run:
    """Asks for what is wanted and not there. One at a time on an archive. To be used from one thread."""

    def __init__(self, parts: Parts, stop: Callable[[], bool] = lambda: False) -> None:
        self._parts = parts
        self._stop = stop
        self._known = _Known()
        self._pending_since: float | None = None
        self._seen: tuple[object, ...] = ()
        self._looked, self._took = float("-inf"), 0.0

    def drive(self, on_step: Callable[[int], None] = lambda _: None) -> Trouble | None:
        """Asks once for what is wanted, pending verdicts or not; a Trouble of the machine ends it."""
        done = None
        for _ in range(_ROUNDS):
            done = self._round(on_step, patient=False)
            if done is None or not _is_of_the_words(done):
                break
        return done

    def forever(
        self,
        wait: Callable[[float], object],
        on_trouble: Callable[[Trouble, float], None],
        on_step: Callable[[int], None] = lambda _: None,
    ) -> None:
        """Asks for what is wanted, and for what comes to be, until told to stop."""
        pause = FIRST_PAUSE
        while not self._stop():
            if not self._is_time():
                wait(LOOK_SECONDS)
                continue
            done = self._round(on_step)
            if isinstance(done, Trouble):
                rest = done.retry_after.total_seconds() if done.retry_after else 0.0
                on_trouble(done, max(pause, rest))
                self._rest(wait, max(pause, rest))
                pause = min(2 * pause, LONGEST_PAUSE)
                self._seen = ()
            else:
                pause = FIRST_PAUSE

    def _rest(self, wait: Callable[[float], object], length: float) -> None:
        end = self._parts.seconds() + length
        while not self._stop() and (left := end - self._parts.seconds()) > 0:
            wait(min(left, LOOK_SECONDS))

    def _is_time(self) -> bool:
        """True where something may have changed since the last look, and that one is long enough ago."""
        parts, now = self._parts, self._parts.seconds()
        if now - self._looked < max(LOOK_SECONDS, _REST * self._took):
            return False
        last = parts.store.last_edition()
        seen = (parts.store.last_article(), last.id if last else 0, parts.terms.midnight(parts.clock()))
        if seen == self._seen and now - self._looked < LONGEST_LOOK and self._pending_since is None:
            return False
        self._seen = seen
        return True

    def _round(self, on_step: Callable[[int], None], patient: bool = True) -> Trouble | None:
        """One look at the coming editions, and all the requests it leads to; the first Trouble ends it."""
        parts = self._parts
        self._looked = parts.seconds()
        editions = parts.editions()
        self._took = parts.seconds() - self._looked
        if patient and self._are_pending(editions):
            return None
        missing, uncovered = self._missing(editions)
        for batch in _batches(missing, self._known.alone):
            if self._stop():
                return None
            done = self._take(batch)
            if isinstance(done, Trouble):
                self._keep_trouble(done.text)
                return done
            if not done:
                return None  # told to stop, or another process has spent what was left of today's cap
            on_step(done)
        self._keep_trouble(_uncovered(uncovered) if uncovered else "")
        return None

    def _are_pending(self, editions: Sequence[Edition]) -> bool:
        """True while verdicts may still change what the stories are; not for ever, as an encoder may be down."""
        now = self._parts.seconds()
        if not any(edition.footer.pending for edition in editions):
            self._pending_since = None
            return False
        if self._pending_since is None:
            self._pending_since = now
        return now - self._pending_since < self._parts.terms.patience.total_seconds()

    def _missing(self, editions: Sequence[Edition]) -> tuple[list[Wanted], int]:
        """What is to be asked for: of each reader all or, where today's cap does not cover it, nothing; and how many
        of those there are."""
        parts, terms = self._parts, self._parts.terms
        found: dict[int, Wanted] = {}
        uncovered: set[int] = set()
        spent = parts.store.machine_spend(terms.midnight(parts.clock()))
        for edition in editions:
            for wanted in by_reader(edition, terms):
                kept = parts.store.machine_words([each.hash for each in wanted])
                mine = {
                    each.hash: each
                    for each in wanted
                    if each.hash not in kept and each.hash not in found and each.source not in terms.private
                }
                most = self._at_most([*found.values(), *mine.values()])
                if terms.is_covered(spent, *most):
                    found |= mine
                else:
                    uncovered |= mine.keys()
        return list(found.values()), len(uncovered - found.keys())

    def _at_most(self, wanted: Sequence[Wanted]) -> tuple[int, int]:
        batches = _batches(wanted, self._known.alone)
        each = [self._parts.machine.at_most([one.words for one in batch], batch[0].into) for batch in batches]
        return sum(sent for sent, _ in each), sum(said for _, said in each)

    # --- one request ---

    def _take(self, batch: Sequence[Wanted]) -> int | Trouble:
        """Asks for these words and keeps what was said: how many; 0 where the cap is reached or we are to stop."""
        call = self._noted(batch)
        if call is None:
            return 0
        parts = self._parts
        answer = self._answer(parts.machine.ask([each.words for each in batch], call.into))
        if answer is None:
            return 0
        if isinstance(answer, Trouble):
            # What never reached it, and what it answered with a status, costs nothing; of anything else nobody knows.
            is_free = answer.unsent or answer.status is not None
            call = replace(call, tokens_in=0, tokens_out=0, cost=0.0) if is_free else call
            self._keep(replace(call, trouble=answer.text), {})
            return self._failed(batch, answer)
        sent, took = answer.tokens_in, answer.tokens_out
        call = replace(call, tokens_in=sent, tokens_out=took, cost=parts.terms.cost(sent, took), trouble=None)
        if answer.trouble is not None:
            self._keep(replace(call, trouble=answer.trouble.text), {})
            return self._failed(batch, answer.trouble)
        self._known.works = True
        self._keep(call, self._fit(batch, answer))
        return len(batch)

    def _noted(self, batch: Sequence[Wanted]) -> MachineCall | None:
        """The request as noted before it is made; None where today's cap does not cover it."""
        parts, now = self._parts, self._parts.clock()
        sent, said = parts.machine.at_most([each.words for each in batch], batch[0].into)
        call = MachineCall(
            id=0,
            at=now,
            machine=parts.machine.name,
            url=parts.machine.url,
            into=batch[0].into,
            articles=tuple(each.article for each in batch),
            characters=sum(len(each.words.headline) + len(each.words.summary) for each in batch),
            tokens_in=sent,
            tokens_out=said,
            cost=parts.terms.cost(sent, said),
            trouble=_ASKED,
        )
        with parts.store.writing() as writer:
            if not parts.terms.is_covered(writer.machine_spend(parts.terms.midnight(now)), sent, said):
                return None
            return replace(call, id=writer.machine_asks(call))

    def _answer(self, future: Future[MachineAnswer | Trouble]) -> MachineAnswer | Trouble | None:
        """What the machine says; None when we were told to stop meanwhile."""
        while not self._stop():
            try:
                return future.result(_STOP_SECONDS)
            except TimeoutError:
                continue
        return None

    def _fit(self, batch: Sequence[Wanted], answer: MachineAnswer) -> dict[int, KeptWords]:
        """What was said to each of these words, or why it is not fit to be shown."""
        found: dict[int, KeptWords] = {}
        for wanted, said in zip(batch, answer.said, strict=True):
            why = refusal(wanted.words, wanted.language, said, wanted.into, self._parts.identify)
            found[wanted.hash] = KeptWords(refused=why) if why else KeptWords(said.headline, said.summary)
        return found

    def _failed(self, batch: Sequence[Wanted], trouble: Trouble) -> Trouble:
        """What a failure says of these words: asked one by one they cannot spoil each other's answers, and one that a
        machine fails at twice, which else works, keeps its own words."""
        if _is_of_the_words(trouble):
            self._known.alone.update(each.hash for each in batch)
            if len(batch) == 1 and self._known.works:
                (one,) = batch
                self._known.failures[one.hash] += 1
                if self._known.failures[one.hash] > 1:
                    self._keep_words({one.hash: KeptWords(refused=trouble.text)})
        return trouble

    def _keep(self, call: MachineCall, words: Mapping[int, KeptWords]) -> None:
        with self._parts.store.writing() as writer:
            writer.machine_answered(call)
            writer.keep_machine_words(self._parts.clock(), words)

    def _keep_words(self, words: Mapping[int, KeptWords]) -> None:
        with self._parts.store.writing() as writer:
            writer.keep_machine_words(self._parts.clock(), words)

    def _keep_trouble(self, text: str) -> None:
        if (self._parts.store.checkpoint(TROUBLE) or "") != text:
            with self._parts.store.writing() as writer:
                writer.set_checkpoint(TROUBLE, text)


def _is_of_the_words(trouble: Trouble) -> bool:
    """True for trouble that another request need not have."""
    return trouble.reason in _OF_THE_WORDS or trouble.status in _REFUSALS


def _uncovered(count: int) -> str:
    return (
        f"today's cap ([machine] per_day) does not cover the words of {count} more stories: none of them are asked for"
    )


def _batches(wanted: Iterable[Wanted], alone: set[int]) -> list[tuple[Wanted, ...]]:
    """Requests in the order of their best words: each of one source and into one language."""
    groups: dict[tuple[str, str, int, int], list[Wanted]] = {}
    for each in wanted:
        same = [key for key in groups if key[:2] == (each.source, each.into) and not key[2]]
        if each.hash in alone:
            groups[each.source, each.into, each.hash or 1, 0] = [each]
        elif same and len(groups[same[-1]]) < BATCH:
            groups[same[-1]].append(each)
        else:
            groups[each.source, each.into, 0, len(same)] = [each]
    return [tuple(group) for group in groups.values()]
