"""Which words an edition wants for which of its readers, and which of them are there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import blake2b

from watcher.digest.view import StoryView, view
from watcher.digest.wording import wanting
from watcher.ports import Store
from watcher.translating.terms import Reader, Terms
from watcher.types import Edition, KeptWords, MachineWords, Wording

MOST_HEADLINE, MOST_SUMMARY = 500, 1_500  # characters that are sent


@dataclass(frozen=True, slots=True)
class Wanted:
    """Words of one story that one reader cannot read, and the language they are wanted in."""

    story: str
    article: int
    source: str
    language: str
    into: str
    words: Wording
    hash: int


def words_for(store: Store, terms: Terms) -> Callable[[Edition], tuple[MachineWords, ...]]:
    """Gives an edition the words that are there: of each of its readers all that are wanted, or none. Asks nobody."""

    def words(edition: Edition) -> tuple[MachineWords, ...]:
        found: dict[tuple[int, str], MachineWords] = {}
        for wanted in by_reader(edition, terms):
            kept = store.machine_words([each.hash for each in wanted])
            if all(each.hash in kept or each.source in terms.private for each in wanted):
                for each in wanted:
                    said = kept.get(each.hash, KeptWords())
                    found[each.article, each.into] = MachineWords(
                        each.story, each.into, said.headline, terms.machine, said.summary, each.article
                    )
        return tuple(found.values())

    return words


def by_reader(edition: Edition, terms: Terms) -> Iterator[tuple[Wanted, ...]]:
    """What each reader of an edition wants words for, best ranked first; readers who want the same count once."""
    seen: set[tuple[int, ...]] = set()
    for reader in terms.readers:
        into = terms.into or next(iter(reader.reads), "")
        if reader.schedule not in ("", edition.schedule) or into not in reader.reads:
            continue
        wanted = _wanted(edition, reader, into, terms)
        key = tuple(each.hash for each in wanted)
        if wanted and key not in seen:
            seen.add(key)
            yield wanted


def _wanted(edition: Edition, reader: Reader, into: str, terms: Terms) -> tuple[Wanted, ...]:
    stories = view(edition, reader.reads, reader.topics, terms.max_stories).in_full
    by_article = {story.lead.article: story for story in stories}
    leads = wanting((story.lead for story in stories), reader.reads)
    return tuple(_of_story(by_article[lead.article], into, terms) for lead in leads)


def _of_story(story: StoryView, into: str, terms: Terms) -> Wanted:
    lead = story.lead
    summary = " ".join(lead.summary)[:MOST_SUMMARY] if terms.summaries and story.quoted is lead else ""
    words = Wording(lead.title[:MOST_HEADLINE], summary)
    return Wanted(story.id, lead.article, lead.source, lead.language, into, words, _hash(terms, into, words))


def _hash(terms: Terms, into: str, words: Wording) -> int:
    """The key of these words in the cache: another machine, prompt or language has other answers."""
    parts = (terms.machine, str(terms.prompt), into, words.headline, words.summary)
    digest = blake2b("\0".join(parts).encode(errors="replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
