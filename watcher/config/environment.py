"""Keys from the environment: `WATCHER_DIGEST__EMAIL__HOST`, `WATCHER_DATA_DIR`, `WATCHER_DIGEST__EMAIL__PASSWORD_FILE`.

`WATCHER_SOURCES__MY_FEED__PASSWORD` belongs to the source with the id `my-feed` (`config.access`). A variable wins over
the file. Names without `__` belong to `[watcher]`; of those, unknown ones are left alone unless
they look like a misspelt key: a cluster sets `WATCHER_SERVICE_HOST` and `WATCHER_PORT` for a service called "watcher".
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path as FilePath
from typing import Any, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from watcher.config import schema
from watcher.config.access import numbered
from watcher.config.models import File, WatcherTable
from watcher.config.problems import Problem, told, unknown_key
from watcher.config.renamed import led

PREFIX = "WATCHER_"
_FILE = "_FILE"


@dataclass(slots=True)
class Overlay:
    """What the environment changed: which variable set which path, and what was wrong with the others."""

    origins: dict[schema.Path, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def hides(self, path: schema.Path) -> bool:
        """True for a value that no message may show: an address that may hold a secret and stands in a variable."""
        return any(may_be_secret(path[:length]) and path[:length] in self.origins for length in range(len(path) + 1))


def overlay(data: dict[str, Any], environ: Mapping[str, str]) -> Overlay:
    """Writes the environment's values into the data of a file."""
    done = Overlay()
    for variable in sorted(environ):
        if variable.startswith(PREFIX) and variable != PREFIX:
            problem = _apply(data, done, variable, environ[variable])
            if problem:
                done.problems.append(Problem(f"environment: {variable}", problem))
    return done


def is_source_url(path: schema.Path) -> bool:
    """True for the address of a source."""
    return len(path) == 3 and path[0] == "sources" and path[2] == "url"


def may_be_secret(path: schema.Path) -> bool:
    """True for an address that may stand in the file, or in a variable or file because a part of it is a secret."""
    return is_source_url(path) or path in (("digest", "heartbeat"), ("digest", "webhook", "url"))


def _apply(data: dict[str, Any], done: Overlay, variable: str, value: str) -> str | None:
    """Writes one variable's value; what is wrong with it, if anything."""
    name = variable.removeprefix(PREFIX)
    sources = data.get("sources")
    by_id = numbered(name, sources if isinstance(sources, list) else ())
    if isinstance(by_id, str):
        return by_id
    steps = _led(done, by_id or [step.lower() for step in name.split("__")], variable)
    if len(steps) == 1:
        steps = _section(steps[0])
        if not steps:
            return None
    found = _find(steps)
    if isinstance(found, str):
        return found
    path, info, from_file = found
    if from_file:
        try:
            value = FilePath(value).read_text(encoding="utf-8").removesuffix("\n").removesuffix("\r")
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
            return f"cannot read the file it names, {value!r}: {reason}"
    return _write(data, done, path, _typed(info, value), variable)


def _led(done: Overlay, steps: list[str], variable: str) -> list[str]:
    """The same, or the path that an old name stands for now, with a warning; `..._FILE` goes along."""
    whole = steps if len(steps) > 1 else ["watcher", *steps]
    for ending in ("", _FILE.lower()):
        last = whole[-1].removesuffix(ending)
        moved = led([*(int(step) if step.isdecimal() else step for step in whole[:-1]), last])
        if moved is not None and not moved.row.is_over and (not ending or last != whole[-1]):
            done.warnings.append(f"environment: {variable}: {told(moved)}")
            new = [str(step) for step in moved.new]
            return [*new[:-1], new[-1] + ending]
    return steps


def _section(name: str) -> list[str]:
    """A name without `__`: a key of `[watcher]`, a whole top-level list or table, or nothing of ours (empty)."""
    if name in ("sources", "topics"):
        return [name]
    names = [key for key in WatcherTable.model_fields for key in (key, key + _FILE.lower())]
    return ["watcher", name] if difflib.get_close_matches(name, names, n=1, cutoff=0.8) else []


def _find(steps: list[str]) -> tuple[schema.Path, FieldInfo, bool] | str:
    """The path and field that a variable's name stands for; or what is wrong with the name."""
    path: schema.Path = tuple(int(step) if step.isascii() and step.isdigit() else step for step in steps[:-1])
    table: type[BaseModel] | None = schema.table_at(path)
    if table is None:
        known = next((i for i in range(len(path)) if schema.table_at(path[: i + 1]) is None), 0)
        parent = schema.table_at(path[:known]) or File
        return unknown_key(str(path[known]), parent)
    last = steps[-1]
    if info := schema.field(table, last):
        return (*path, last), info, False
    secret = last.removesuffix(_FILE.lower())
    if secret != last and (info := schema.field(table, secret)):
        if not schema.is_secret(info) and not may_be_secret((*path, secret)):
            return unknown_key(last, table)
        return (*path, secret), info, True
    return unknown_key(last, table)


def _typed(info: FieldInfo, value: str) -> Any:
    """Text as what its field wants: words stay words, numbers and lists are read as in the file (or `en, de`)."""
    if schema.is_secret(info):
        return value
    kind = schema.plain_type(info)
    origin = get_origin(kind)
    if origin is tuple or kind is frozenset or origin is frozenset:
        if not value.lstrip().startswith("["):
            return [part.strip() for part in value.split(",") if part.strip()]
    elif kind not in (int, bool) and origin is not dict:
        return value
    try:
        return tomllib.loads(f"x = {value.strip()}")["x"]
    except tomllib.TOMLDecodeError:
        return value  # the model says what was expected


def _write(data: dict[str, Any], done: Overlay, path: schema.Path, value: Any, variable: str) -> str | None:
    place: Any = data
    for step, following in pairwise(path):
        if isinstance(step, int):
            if not isinstance(place, list) or step > len(place):
                return f"there is no number {step} (counted from 0) in {path[0]}"
            if step == len(place):
                place.append({})
            place = place[step]
        elif isinstance(place, dict):
            place = place.setdefault(step, [] if isinstance(following, int) else {})
    if not isinstance(place, dict):
        return "the file has something else in that place"
    if path in done.origins:
        return f"{done.origins[path]} says the same by another name: unset one of the two"
    place[path[-1]] = value
    done.origins[path] = variable
    return None
