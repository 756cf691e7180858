"""Editions for looking at: ordinary, multilingual, and as hostile as every field of them can be made."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Any, Literal, TypeVar

from watcher.types import (
    Caution,
    Difference,
    Edition,
    Entry,
    FailingSource,
    Figure,
    Footer,
    MachineWords,
    Outcome,
    Quote,
    Relation,
    Report,
    Shared,
    SourceChange,
    Sourcing,
    Volume,
)

Value = TypeVar("Value")
NOW = datetime(2026, 3, 11, 7, tzinfo=UTC)
TOPICS = (("deepseek", "DeepSeek"), ("ascend", "Huawei Ascend"), ("nvidia", "Nvidia"))
TITLES = {
    "en": "Nvidia sets aside 40,000 accelerators for buyers in Malaysia",
    "de": "Halbleiterausfuhrgenehmigungsverfahren: Nvidia reserviert 14.000 Beschleuniger für Malaysia",
    "zh": "华为昇腾910C良率升至近60%，深度求索增加推理订单，今年计划生产十万颗芯片",
    "ja": "エヌビディア、国内データセンターに1万基のGPUを供給へ、2026年春の稼働を予定",
    "ar": "جامعة عربية تدرب نموذجا صغيرا على نتائج DeepSeek R1 بتكلفة 40 ألف دولار",
    "ru": "Huawei откроет исходный код компилятора CANN для ускорителей Ascend до конца года",
}


def report(number: int, language: str = "en", title: str | None = None, **fields: Any) -> Report:
    given: dict[str, Any] = {
        "url": f"https://news{number}.example/2026/03/{number}",
        "title": title or f"{TITLES[language]} ({number})",
        "outlet": f"Beispielblatt {number % 40}",
        "source": f"source-{number % 40}",
        "published": NOW - timedelta(hours=3),
        "relation": Relation.NEW,
        "summary": (f"{TITLES[language]}.", f"{TITLES[language]}!"),
    }
    return Report(article=number, language=language, **(given | fields))


def story(number: int, *reports: Report, **fields: Any) -> Entry:
    return Entry(str(number), "new", (TOPICS[number % 3][0],), reports, **fields)


def edition(entries: Iterable[Entry], **fields: Any) -> Edition:
    return Edition(
        1, date(2026, 3, 11), "07:00 UTC", NOW - timedelta(days=1), NOW, NOW, TOPICS, tuple(entries), **fields
    )


def ordinary(languages: Iterable[str] = tuple(TITLES)) -> Edition:
    """Every part of the page once, in these languages: cautions, shelves, updates, differences, a machine's words."""
    spoken = list(languages)
    entries = []
    for number in range(24):
        language = spoken[number % len(spoken)]
        also = [report(100 * number + each, spoken[each % len(spoken)], relation=Relation.RETELLING) for each in (1, 2)]
        copies = [report(100 * number + 3, language, relation=Relation.COPY)]
        talk = [report(100 * number + 4, "en", role="forum")]
        fields: dict[str, Any] = {
            "kind": ("release", "paper", "thread", "deal")[number % 4] if number % 5 == 4 else "news",
            "first": 100 * number + 1,
            "sourcing": Sourcing(4, ("Beispielblatt 1",), ("Beispielblatt 2",)),
            "differences": (Difference("", "H20", (Figure(40_000, ("A",)), Figure(14_000, ("B", "C")))),),
            "shared": (Shared("model", "910C"), Shared("number", "40000", 40_000, "", "H20")),
            "unsure": (0.62, 0.6) if number % 3 else None,
        }
        if number % 6 == 5:
            fields |= {"status": "update", "new": (Quote(TITLES[language], "Beispielblatt", language),)}
        made = story(number, report(100 * number, language), *(also + copies + talk if number % 2 else []))
        entries.append(dataclasses.replace(made, **fields))
    return edition(
        entries,
        known=(dataclasses.replace(story(99, report(9900, spoken[0])), status="known", seed="000"),),
        seeds=(("000", TITLES["de"]),),
        mentions=(report(9990, spoken[-1]),),
        retold=3,
        footer=Footer(
            64,
            failing=(FailingSource("blatt", "Beispielblatt", NOW - timedelta(days=4), "answered 503"),),
            outcomes={Outcome.STORED: 90, Outcome.OFF_TOPIC: 400},
            pending=2,
            changes=(SourceChange("post", "", "moved", NOW, url="https://moved.example/feed"),),
        ),
        cautions=(
            Caution("sources", 14, 64),
            *(Caution("language", 1, 12.4, language) for language in ("fr", "ko", "pt", "it", "es")),
            Caution("topic", 0, 31, "ascend"),
        ),
        volumes=tuple(Volume(topic, (*range(29), 40)) for topic, _ in TOPICS),
        machine=tuple(
            MachineWords(each.id, "en", *_said(each.id), article=report.article)
            for each in entries
            for report in each.reports
        ),
    )


def _said(story: str) -> tuple[str, str, str]:
    """Headline, machine and summary for three stories; what was said to the others was not fit to be shown."""
    return (
        ("A machine's headline", "example-7b", "What it says.") if story in ("0", "8", "14") else ("", "example-7b", "")
    )


def poisoned(value: Value, poison: str) -> Value:
    """The same value with every free text of it, however deep, ended by the poison; words of a closed list stay."""
    return typing.cast("Value", _poisoned(value, poison))


def _poisoned(value: Any, poison: str) -> Any:
    if isinstance(value, Enum) or value is None:
        return value
    if isinstance(value, str):
        return value + poison
    if isinstance(value, tuple):
        return tuple(_poisoned(each, poison) for each in value)
    if isinstance(value, Mapping) or not dataclasses.is_dataclass(value):
        return value
    hints = typing.get_type_hints(type(value))
    return type(value)(
        **{
            each.name: getattr(value, each.name)
            if _is_closed(hints[each.name])
            else _poisoned(getattr(value, each.name), poison)
            for each in dataclasses.fields(value)
        }
    )


def _is_closed(hint: Any) -> bool:
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        return any(_is_closed(each) for each in typing.get_args(hint))
    return typing.get_origin(hint) is Literal
