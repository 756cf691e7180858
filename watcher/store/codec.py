"""Frozen dataclasses to JSON and back, by their type hints: how editions, verdicts and topics are kept.

Only fields that differ from their default are written: it is compact, and a field added later (with a default) reads
from an old row. A field that is gone is skipped. What has no default must be there.
"""

from __future__ import annotations

import dataclasses
import json
import types
from collections.abc import Callable, Hashable, Mapping
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")

_MICROSECOND = timedelta(microseconds=1)


def dumps(value: object) -> str:
    """The JSON text of a dataclass (or of what may stand in one). Never holds a raw NUL or a lone surrogate."""
    plain = _plain(value)
    text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode()
    except UnicodeEncodeError:  # a lone surrogate: escaped, it survives every database
        text = json.dumps(plain, separators=(",", ":"))
    return text


def loads(kind: type[T], text: str) -> T:
    """The value of the given type that `dumps` wrote; ValueError when it is not one."""
    try:
        return cast("T", _decoder(cast("Hashable", kind))(json.loads(text)))
    except (TypeError, KeyError, AttributeError, ValueError) as error:
        raise ValueError(f"not a stored {getattr(kind, '__name__', kind)}: {error}") from error


def _plain(value: object) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _plain_fields(value)
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case timedelta():
            return value // _MICROSECOND
        case tuple() | list():
            return [_plain(element) for element in value]
        case frozenset() | set():
            return sorted(cast("Any", _plain(tuple(value))))  # sorted: equal values give equal text
        case Mapping():
            return {str(key): _plain(element) for key, element in value.items()}
        case _:
            return value


def _plain_fields(value: Any) -> dict[str, object]:
    fields: dict[str, object] = {}
    for field in dataclasses.fields(value):
        current = getattr(value, field.name)
        if not (_has_default(field) and _same(current, _default(field))):
            fields[field.name] = _plain(current)
    return fields


def _has_default(field: dataclasses.Field[Any]) -> bool:
    return field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING


def _default(field: dataclasses.Field[Any]) -> object:
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return field.default


def _same(one: object, other: object) -> bool:
    # 0 == False and 1 == 1.0: equal is not the same when the reader gets the default back.
    return type(one) is type(other) and one == other


Decoder = Callable[[Any], object]


@cache
def _decoder(hint: Hashable) -> Decoder:
    if dataclasses.is_dataclass(hint):
        return _dataclass_decoder(cast("type", hint))
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _optional_decoder(arguments)
    if origin is Literal:
        return _identity
    if origin is tuple:
        return _tuple_decoder(arguments)
    if origin is frozenset:
        element = _decoder(arguments[0])
        return lambda value: frozenset(element(part) for part in value)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapping_decoder(arguments)
    return _scalar_decoder(hint)


def _identity(value: Any) -> object:
    return cast("object", value)


def _scalar_decoder(hint: Any) -> Decoder:
    if hint is datetime:
        return datetime.fromisoformat
    if hint is date:
        return date.fromisoformat
    if hint is timedelta:
        return lambda value: timedelta(microseconds=value)
    if hint is float:
        return float
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint
    if hint in (str, int, bool, type(None)):
        return _identity
    raise TypeError(f"the codec does not know the type {hint}")


def _optional_decoder(arguments: tuple[Any, ...]) -> Decoder:
    inner = [argument for argument in arguments if argument is not type(None)]
    if len(inner) != 1:
        raise TypeError(f"the codec reads `X | None`, not a choice of {arguments}")
    decode = _decoder(inner[0])
    return lambda value: None if value is None else decode(value)


def _tuple_decoder(arguments: tuple[Any, ...]) -> Decoder:
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        element = _decoder(arguments[0])
        return lambda value: tuple(element(part) for part in value)
    decoders = tuple(_decoder(argument) for argument in arguments)
    return lambda value: tuple(decode(part) for decode, part in zip(decoders, value, strict=True))


def _mapping_decoder(arguments: tuple[Any, ...]) -> Decoder:
    read_key, read_value = (_decoder(argument) for argument in arguments)
    return lambda value: {read_key(key): read_value(element) for key, element in value.items()}


def _dataclass_decoder(kind: type) -> Decoder:
    hints = get_type_hints(kind)
    decoders = {field.name: _decoder(hints[field.name]) for field in dataclasses.fields(kind)}

    def decode(value: Any) -> object:
        known = {name: decoders[name](part) for name, part in value.items() if name in decoders}
        return cast("object", kind(**known))

    return decode
