"""Every `NAME.toml` here is a day's stories; `pytest tests/editions --update` writes its pages anew."""

from __future__ import annotations

import contextlib
import re
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from watcher.digest.compose import compose
from watcher.types import (
    Article,
    Caution,
    Edition,
    FailingSource,
    Footer,
    MachineWords,
    Match,
    Outcome,
    Reason,
    Relation,
    SourceChange,
    StoredArticle,
    Story,
    TopicMatch,
    Volume,
)

FOLDER = Path(__file__).parent
TERMS = {
    "deepseek": ("DeepSeek", "R1", "深度求索"),
    "ascend": ("Ascend", "昇腾", "910C"),
    "nvidia": ("Nvidia", "H20", "エヌビディア"),
}


@dataclass(frozen=True)
class Fixture:
    name: str
    stories: tuple[Story, ...]
    edition: Edition
    reads: tuple[str, ...]


def pytest_addoption(parser: pytest.Parser) -> None:
    with contextlib.suppress(ValueError):  # another folder's fixtures may have the same option
        parser.addoption("--update", action="store_true", help="write the golden editions anew")


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    # This conftest is read too late for the option when the whole suite is run: then nothing is rewritten.
    return bool(request.config.getoption("--update", default=False))


@pytest.fixture(params=sorted(file.stem for file in FOLDER.glob("*.toml")))
def fixture(request: pytest.FixtureRequest) -> Fixture:
    return load(request.param)


def load(name: str) -> Fixture:
    rows = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    stories: list[Story] = []
    number = 0
    for row in rows["story"]:
        articles = []
        for each in row["articles"]:
            number += 1
            articles.append(_stored(number, row["id"], each))
        stories.append(Story(row["id"], tuple(articles)))
    edition = compose(
        stories,
        topics=[(topic, title) for topic, title in rows["topics"]],
        day=rows["date"],
        schedule=rows["schedule"],
        since=rows["since"],
        until=rows["until"],
        now=rows["until"],
        seeds=rows["seeds"],
        retold=rows["retold"],
        footer=_footer(rows["footer"]),
    )
    edition = replace(
        edition,
        cautions=tuple(Caution(**row) for row in rows["cautions"]),
        volumes=tuple(Volume(row["topic"], tuple(row["days"])) for row in rows["volumes"]),
        machine=tuple(MachineWords(**row) for row in rows["machine"]),
        entries=tuple(replace(entry, kind=rows["kinds"].get(entry.id, entry.kind)) for entry in edition.entries),
    )
    return Fixture(name, tuple(stories), edition, tuple(rows["reads"]))


def _stored(number: int, story: str, row: dict[str, Any]) -> StoredArticle:
    source = row.get("source") or re.sub(r"[^\w]+", "-", row["outlet"].lower()).strip("-")
    article = Article(
        url=row.get("url", f"https://news{number}.example/{story}/{number}"),
        title=row["title"],
        text=row["text"].strip(),
        source=source,
        outlet=row["outlet"],
        language=row["language"],
        found=row["published"],
        published=row["published"],
        published_from="feed",
        role=row.get("role", "outlet"),
        headline_only=row.get("headline_only"),
    )
    seed = Match(row["seed"][0], Relation(row["seed"][1]), 0.9) if "seed" in row else None
    return StoredArticle(
        id=number,
        article=article,
        topics=tuple(_topic(topic) for topic in row["topics"]),
        story=story,
        relation=Relation(row.get("relation", "new")),
        seed=seed,
    )


def _topic(words: str) -> TopicMatch:
    topic, score = words.split()
    return TopicMatch(topic, not score.endswith("?"), float(score.rstrip("?")), TERMS[topic])


def _failing(row: dict[str, Any]) -> FailingSource:
    return FailingSource(**row | ({"reason": Reason(row["reason"])} if "reason" in row else {}))


def _footer(row: dict[str, Any]) -> Footer:
    return Footer(
        sources=row["sources"],
        failing=tuple(_failing(each) for each in row["failing"]),
        changes=tuple(SourceChange(**each) for each in row["changes"]),
        outcomes={Outcome(name): count for name, count in row["outcomes"].items()},
    )
