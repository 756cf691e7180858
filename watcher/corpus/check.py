"""What is wrong or doubtful in a seed folder, all at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from watcher.corpus.reading import doubled, read_seed, seed_files
from watcher.errors import SeedError
from watcher.stories.copy import CUT, CopySignal
from watcher.types import UNKNOWN_LANGUAGE, Seed


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about the folder its owner should know; `broken` when nothing can be matched until it is mended."""

    file: str
    text: str
    broken: bool = False


def check_seeds(folder: Path, topics: Collection[str] | None = None) -> tuple[Finding, ...]:
    """Everything that is wrong or doubtful in a folder, all at once; with `topics`, also those nobody follows."""
    if not folder.is_dir():
        return (Finding(str(folder), "there is no such folder: nothing counts as known"),)
    findings: list[Finding] = []
    seeds: list[Seed] = []
    for file in seed_files(folder):
        try:
            seed = read_seed(file)
        except SeedError as error:
            findings.append(Finding(file.name, str(error), broken=True))
            continue
        if twin := next((other for other in seeds if other.id == seed.id), None):
            findings.append(Finding(file.name, doubled(file, seed, twin), broken=True))
        seeds.append(seed)
        findings.extend(_doubts(seed, topics))
    signal = CopySignal()
    for a, b in combinations(seeds, 2):
        if signal.score(a.document(), b.document()).value >= CUT:
            findings.append(Finding(b.file, f"tells the same text as {a.file}: one of the two is enough"))
    return tuple(findings)


def _doubts(seed: Seed, topics: Collection[str] | None) -> Iterator[Finding]:
    if seed.language == UNKNOWN_LANGUAGE:
        yield Finding(seed.file, 'no language: it is guessed; `language = "pt"` in front matter settles it')
    if not seed.title:
        yield Finding(seed.file, "no title: editions name it by its id")
    if not seed.text:
        yield Finding(seed.file, "a fingerprint alone: its copies are recognised, retellings in other words are not")
    for topic in seed.topics:
        if topics is not None and topic not in topics:
            yield Finding(
                seed.file, f"its topic {topic!r} is not in config.toml (there: {', '.join(topics) or 'none'})"
            )
