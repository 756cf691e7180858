"""Mistakes in the words a person needs: where, which key, what was expected, what was found. All of them at once."""

from __future__ import annotations

import datetime
import difflib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from watcher.config import schema
from watcher.config.access import spelled
from watcher.config.renamed import Moved
from watcher.errors import ConfigError
from watcher.urls import masked_text

_LONGEST_SHOWN = 60
_CREDENTIALS = re.compile(r"://[^/\s\"]*@")  # a password in an address: never shown

# What pydantic calls its standard mistakes, and what the person who wrote the file should hear.
_EXPECTED = {
    "string_type": "expected text in quotes",
    "string_too_short": "expected a text that is not empty",
    "int_type": "expected a whole number",
    "bool_type": "expected true or false",
    "tuple_type": "expected a list in square brackets",
    "dict_type": "expected a table",
    "model_type": "expected a table",
    "model_attributes_type": "expected a table",
    "greater_than_equal": "expected a number of at least {ge}",
    "less_than_equal": "expected a number of at most {le}",
    "greater_than": "expected a number above {gt}",
    "float_type": "expected a number",
    "literal_error": "expected {expected}",
    "watcher": "{expected}",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: its place (file and line, or the environment) and what is wrong there."""

    place: str
    text: str
    order: int = 0  # the line: problems are told from the top of the file down


def config_error(problems: Iterable[Problem]) -> ConfigError:
    """One error for all problems, one line each."""
    ordered = sorted(problems, key=lambda problem: problem.order)
    return ConfigError("\n".join(dict.fromkeys(f"{problem.place}: {problem.text}" for problem in ordered)))


def dotted(path: schema.Path) -> str:
    """A path as a person would say it: `digest.email.port`, `sources[2].url` (counted from 1)."""
    text = ""
    for step in path:
        text += f"[{step + 1}]" if isinstance(step, int) else f"{'.' if text else ''}{step}"
    return text


def told(moved: Moved) -> str:
    """What is said of an old name that is still followed."""
    old, new = dotted(moved.old), dotted(moved.new)
    return f"{old}: it is called {new} now; the old name works until version {moved.row.until}"


def shown(value: object) -> str:
    """What was found, on one short line, as it would stand in a TOML file."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, datetime.date | datetime.time):
        text = str(value)
    elif isinstance(value, list | str | bool | int | float):
        text = json.dumps(value, ensure_ascii=False, default=str)
    else:
        text = str(value)
    text = masked_text(_CREDENTIALS.sub("://…@", text))
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"


def described(error: ErrorDetails, hidden: bool = False) -> str:
    """A mistake that pydantic found, in our words; what was found is told unless it is a secret."""
    path: schema.Path = tuple(step for step in error["loc"] if step != "[key]")
    if error["type"] == "extra_forbidden":
        return _extra(path)
    if error["type"] == "missing":
        return f"{dotted(path)}: missing, {_wanted(path)}"
    context = {key: str(value).replace("'", '"') for key, value in error.get("ctx", {}).items()}
    expected = _EXPECTED.get(error["type"], error["msg"][:1].lower() + error["msg"][1:])
    if error["type"] == "watcher":
        expected = str(error.get("ctx", {}).get("expected", error["msg"]))
    else:
        expected = expected.format_map(_Context(context))
    found = path[-1] if error["loc"][-1] == "[key]" else error["input"]
    if hidden or _is_secret(path):
        return f"{dotted(path)}: {expected}"
    return f"{dotted(path)}: {expected}, found {shown(found)}"


def _is_secret(path: schema.Path) -> bool:
    table = schema.table_at(path[:-1]) if path else None
    info = schema.field(table, str(path[-1])) if table else None
    return info is not None and schema.is_secret(info)


class _Context(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def _wanted(path: schema.Path) -> str:
    table = schema.table_at(path[:-1])
    info = schema.field(table, str(path[-1])) if table else None
    return f"expected {info.description}" if info and info.description else "it must be there"


def _extra(path: schema.Path) -> str:
    table = schema.table_at(path[:-1])
    key = str(path[-1])
    return f"{dotted(path)}: {unknown_key(key, table)}" if table else f"{dotted(path)}: unknown key"


def unknown_key(key: str, table: type[BaseModel]) -> str:
    """What to say about a key no table of this kind knows: the nearest one here, or where it belongs."""
    known = schema.keys(table)
    if near := difflib.get_close_matches(key.lower(), known, n=1, cutoff=0.6):
        return f'unknown key, expected "{near[0]}", found "{key}"'
    homes = [where for where, other in schema.tables() if where and key in schema.keys(other)]
    if homes:
        places = " or ".join("[" + ".".join(home) + "]" for home in homes)
        return f'unknown key, "{key}" belongs to {places}'
    return f'unknown key, expected one of {", ".join(known)}, found "{key}"'


def secrets_in(data: Mapping[str, Any]) -> Iterable[tuple[schema.Path, str]]:
    """Every secret that stands in the file, with the advice where it should come from instead. Never its value."""
    for where, table in schema.tables():
        secret = [name for name, info in table.model_fields.items() if schema.is_secret(info)]
        for path, names, place in _places(data, where) if secret else ():
            for name in secret:
                if name in place:
                    advice = f"a secret does not belong into the file: set {variable((*names, name))} instead"
                    yield (*path, name), advice


def _places(data: Any, where: tuple[str, ...]) -> Iterable[tuple[schema.Path, tuple[str, ...], Mapping[str, Any]]]:
    """Each table of a kind: its path, the path's spelling in a variable (a list item by its id), and what is in it."""
    if not where:
        if isinstance(data, Mapping):
            yield (), (), data
        elif isinstance(data, list):
            for number, item in enumerate(data):
                for path, names, place in _places(item, ()):
                    yield (number, *path), (spelled(place.get("id", number)), *names), place
        return
    inside = data.get(where[0]) if isinstance(data, Mapping) else None
    for path, names, place in _places(inside, where[1:]):
        yield (where[0], *path), (where[0], *names), place


def variable(path: tuple[str, ...]) -> str:
    """The variables a secret may come from."""
    steps = path[1:] if path[0] == "watcher" else path
    name = "WATCHER_" + "__".join(step.upper() for step in steps)
    return f"{name}, or {name}_FILE with the name of a file that holds it,"
