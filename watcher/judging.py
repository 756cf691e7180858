"""Who decides what tells the same news, as a configuration has it. Nothing of numpy is imported without an encoder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from watcher.config import Config
from watcher.errors import ConfigError
from watcher.ports import Encoder, Judge
from watcher.types import UNKNOWN_LANGUAGE, Document, Encoding, Seed

if TYPE_CHECKING:
    from watcher.stories.cluster import Rules
    from watcher.stories.facts import Entities
    from watcher.stories.judge import StoryJudge
    from watcher.stories.meaning.space import Space
    from watcher.workers import WorkerPool


def encoding_of(config: Config) -> Encoding | None:
    """What this configuration's vectors are kept under; None without an encoder that could work."""
    if config.stories.encoder == "off":
        return None
    from watcher.encoder import encoding_of as encoding_named

    return encoding_named(config.stories.encoder)


def encoder_of(config: Config, tasks: WorkerPool) -> Encoder | None:
    """The encoder of a configuration; None where it is off or cannot work, which `doctor` explains."""
    if encoding_of(config) is None:
        return None
    from watcher.encoder import open_encoder
    from watcher.http import post_json

    return open_encoder(config.stories.encoder, tasks, post_json, config.stories.encoder_key)


def judge_of(config: Config) -> StoryJudge:
    """Who decides what tells the same news, as the configuration has it."""
    return judge_with(config, space_of(config))


def judge_with(config: Config, space: Space | None) -> StoryJudge:
    """The same with another place where meanings are compared, or none."""
    from watcher.stories.facts import FactsSignal
    from watcher.stories.judge import StoryJudge

    grouping, by_topic = config.stories.grouping, dict(config.groupings)
    return StoryJudge(space, FactsSignal(entities_of(config)), grouping=grouping, groupings=by_topic)


def entities_of(config: Config) -> Entities | None:
    """The names of the user's own table and the shipped ones; None without a table, ConfigError for a bad one."""
    names = names_of(config)
    if names is None:
        return None
    from watcher.stories.facts import Entities, merge, parse
    from watcher.stories.facts import shipped as shipped_entities

    return Entities(merge(shipped_entities(), parse(*names)))


def names_of(config: Config) -> tuple[str, str] | None:
    """The user's table of entities as it stands in its file, and the file's name; None without one."""
    file = config.stories.entities
    if file is None:
        return None
    try:
        return file.read_text("utf-8"), file.name
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"[stories] entities: {file} cannot be read ({error}); mend it or leave the key out"
        ) from error


def space_of(config: Config) -> Space | None:
    """Where meanings are compared; None without an encoder."""
    named = encoding_of(config)
    if named is None:
        return None
    from watcher.stories.meaning.means import shipped_means
    from watcher.stories.meaning.space import Space

    return Space(shipped_means(named.encoder, named.recipe))


def prepared(known: Sequence[Seed], judge: Judge) -> tuple[Seed, ...]:
    """Known documents in their language and with their facts, which every article is held against."""
    spoken = [in_a_language(seed) for seed in known]
    return tuple(replace(seed, facts=judge.prepared(seed.document()).facts) for seed in spoken)


Told = TypeVar("Told", Document, Seed)


def in_a_language(told: Told) -> Told:
    """The same with the language its words are in, where nobody said."""
    from watcher.language import identify

    if told.language != UNKNOWN_LANGUAGE:
        return told
    return replace(told, language=identify(f"{told.title}\n{told.text}"))


def rules_of(config: Config) -> Rules:
    """How a configuration wants stories grouped. What is asked for by topic is the judge's to heed."""
    from watcher.stories.cluster import CAREFUL, Rules

    rules = CAREFUL if config.stories.grouping == "careful" else Rules()
    return replace(rules, window=config.stories.window, retellings=config.stories.grouping != "off")
