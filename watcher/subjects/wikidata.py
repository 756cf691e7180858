"""What Wikidata calls something, from the two answers of its API: a search, and the labels of what was found.

The API is that of mediawiki.org/wiki/Wikibase/API: `wbsearchentities` and `wbgetentities`, JSON, no key. Both answers
come from outside: whatever is not of the expected shape is passed over.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from watcher.subjects.names import Called, ambiguity, plain_name
from watcher.text.fold import folded

API = "https://www.wikidata.org/w/api.php"
_MOST_HITS = 7
_LONGEST = 80  # characters of a name; longer labels are titles of works
_MOST_ALIASES = 4  # in one language: what comes behind is spelled in ways that no newspaper does


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is called so, as the search shows it."""

    id: str
    label: str
    about: str


def search_address(name: str, api: str = API) -> str:
    """Where it is asked what things are called so."""
    asked = {"action": "wbsearchentities", "search": name, "language": "en", "uselang": "en", "limit": str(_MOST_HITS)}
    return f"{api}?{urlencode(asked | {'type': 'item', 'format': 'json', 'formatversion': '2'})}"


def labels_address(id: str, api: str = API) -> str:
    """Where it is asked what one of them is called in every language."""
    asked = {"action": "wbgetentities", "ids": id, "props": "labels|aliases", "format": "json", "formatversion": "2"}
    return f"{api}?{urlencode(asked)}"


def items(body: bytes) -> tuple[Item, ...]:
    """The things a search found, the likeliest first."""
    found = _object(body).get("search")
    rows = found if isinstance(found, list) else []
    read = (_item(row) for row in rows[:_MOST_HITS] if isinstance(row, Mapping))
    return tuple(each for each in read if each is not None)


def _item(row: Mapping[str, Any]) -> Item | None:
    id, label, about = (row.get(key) for key in ("id", "label", "description"))
    if not isinstance(id, str) or not id[:1].isalpha() or not id[1:].isdecimal():
        return None
    return Item(id, plain_name(label) if isinstance(label, str) else "", about if isinstance(about, str) else "")


def others_called_so(found: tuple[Item, ...], name: str, chosen: Item) -> tuple[Item, ...]:
    """Things beside the chosen one that carry the very same name."""
    return tuple(each for each in found if each.id != chosen.id and folded(each.label) == folded(name))


def labels(body: bytes, id: str) -> tuple[Called, ...]:
    """What it is called: labels first, then further names; one that would say too little by itself only perhaps."""
    entities = _object(body).get("entities")
    entity = entities.get(id) if isinstance(entities, Mapping) else None
    if not isinstance(entity, Mapping):
        return ()
    by_name: dict[str, tuple[str, list[str]]] = {}
    for language, name in (*_labels(entity.get("labels")), *_aliases(entity.get("aliases"))):
        by_name.setdefault(folded(name), (name, []))[1].append(language)
    return tuple(_called(name, languages) for name, languages in by_name.values() if name)


def _called(name: str, languages: list[str]) -> Called:
    shown = ", ".join(sorted(set(languages))[:5]) + (" and more" if len(set(languages)) > 5 else "")
    return Called(name, f"Wikidata ({shown})", sure=not ambiguity(name, ()))


def _labels(found: object) -> Iterator[tuple[str, str]]:
    if isinstance(found, Mapping):
        for language, row in found.items():
            yield from _one(str(language), row)


def _aliases(found: object) -> Iterator[tuple[str, str]]:
    if isinstance(found, Mapping):
        for language, rows in found.items():
            for row in rows[:_MOST_ALIASES] if isinstance(rows, list) else []:
                yield from _one(str(language), row)


def _one(language: str, row: object) -> Iterator[tuple[str, str]]:
    value = row.get("value") if isinstance(row, Mapping) else None
    name = plain_name(value) if isinstance(value, str) else ""
    if 1 < len(name) <= _LONGEST:
        yield language, name


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
