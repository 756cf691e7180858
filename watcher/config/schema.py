"""What the models say about a key, asked by path: which keys a table knows, what a value should be, what is secret.

A path is the way through the data: `("sources", 0, "url")`; list items and topic names lead to the model behind them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from watcher.config.models import File

Path = tuple[str | int, ...]


def table_at(path: Path) -> type[BaseModel] | None:
    """The model of the table at a path; None where there is no table of known keys."""
    kind: Any = File
    for step in path:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            found = field(kind, str(step))
            kind = _inner(found.annotation) if found else None
        elif get_origin(kind) is tuple and isinstance(step, int):
            kind = get_args(kind)[0]
        elif get_origin(kind) is dict:
            kind = get_args(kind)[1]
        else:
            return None
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _inner(annotation: Any) -> Any:
    """The type behind `| None`."""
    options = [option for option in get_args(annotation) if option is not type(None)]
    return options[0] if type(None) in get_args(annotation) and len(options) == 1 else annotation


def name_of(key: str, info: FieldInfo) -> str:
    """A key as it is written in the file."""
    return info.alias or key


def field(table: type[BaseModel], key: str) -> FieldInfo | None:
    """The field of a table behind a key as written in the file."""
    return next((info for name, info in table.model_fields.items() if name_of(name, info) == key), None)


def keys(table: type[BaseModel]) -> tuple[str, ...]:
    """The keys a table knows, as they are written in the file; secrets left out."""
    return tuple(name_of(name, info) for name, info in table.model_fields.items() if not is_secret(info))


def is_secret(info: FieldInfo) -> bool:
    return isinstance(info.json_schema_extra, dict) and bool(info.json_schema_extra.get("secret"))


def plain_type(info: FieldInfo) -> Any:
    """`str`, `int`, `bool`, ...: what a value of this field is, its checks aside."""
    kind = _inner(info.annotation)
    return get_args(kind)[0] if hasattr(kind, "__metadata__") else kind


def tables(
    model: type[BaseModel] = File, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], type[BaseModel]]]:
    """Every table with known keys, with its path as a user would write it (`*` for a topic's name)."""
    yield path, model
    for name, info in model.model_fields.items():
        kind = _inner(info.annotation)
        here = (*path, name_of(name, info))
        if get_origin(kind) is tuple:
            kind = get_args(kind)[0]
        elif get_origin(kind) is dict:
            here, kind = (*here, "*"), get_args(kind)[1]
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from tables(kind, here)
