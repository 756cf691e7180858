"""From a file and the environment to a `Config`, or to one error that names every mistake."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

import tzlocal
from pydantic import ValidationError

from watcher.config import schema
from watcher.config.access import access_problems
from watcher.config.environment import Overlay, is_source_url, overlay
from watcher.config.histories import history_problems
from watcher.config.machine import machine_problems
from watcher.config.models import File
from watcher.config.places import key_lines
from watcher.config.problems import Problem, config_error, described, dotted, secrets_in, shown, told
from watcher.config.queries import query_problems
from watcher.config.renamed import Moved, follow
from watcher.config.settings import Config, settle
from watcher.delivery import CHANNELS
from watcher.errors import ConfigError
from watcher.keys import values

_POSITION = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


def find_config(path: Path | None, environ: Mapping[str, str]) -> Path:
    """The file to read: the given one, else `./config.toml`, else the one in the XDG config folder."""
    if path is not None:
        return path
    folder = environ.get("XDG_CONFIG_HOME") or str(Path(environ.get("HOME") or "~").expanduser() / ".config")
    places = (Path("config.toml"), Path(folder, "watcher", "config.toml"))
    for place in places:
        if place.is_file():
            return place
    raise ConfigError(
        f"no config.toml: looked for {' and '.join(map(str, places))}; "
        "`watcher init DIR` writes one, --config PATH names another"
    )


def load_config(path: Path | None, environ: Mapping[str, str]) -> Config:
    """Reads and checks everything; raises one ConfigError with a line for each mistake.

    Relative paths are taken from the file's folder. Variables of the environment win over the file.
    """
    file = find_config(path, environ)
    text = read_text(file)
    data = _parse(text, file)
    check = _Check(file, data, text, environ)
    return check.finish()


def read_text(file: Path) -> str:
    """The file's text; what keeps it from being read is a ConfigError."""
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}; --config PATH names another") from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{file}:{line}: expected UTF-8 text, found the byte 0x{raw[error.start]:02X}") from None


def _parse(text: str, file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        _refuse_syntax(str(error), text, file)
    except RecursionError:
        raise ConfigError(f"{file}: expected a configuration, found lists nested too deeply to read") from None


def _refuse_syntax(message: str, text: str, file: Path) -> NoReturn:
    position = _POSITION.search(message)
    words = _POSITION.sub("", message)
    line, column = (position[1], position[2]) if position else (None, None)
    if line is None:
        lines = text.splitlines() or [""]
        line, column = str(len(lines)), str(len(lines[-1]) + 1)
    raise ConfigError(f"{file}:{line}:{column}: not valid TOML: {words[:1].lower()}{words[1:]}") from None


class _Check:
    """Collects every mistake of one file and its environment."""

    def __init__(self, file: Path, data: dict[str, Any], text: str, environ: Mapping[str, str]) -> None:
        self._file = file
        self._lines = key_lines(text)
        self._set = Overlay()
        self._warnings: list[str] = []
        renamed = [*self._of_renamed(follow(data))]
        self._problems = [self._problem(path, f"{dotted(path)}: {advice}") for path, advice in secrets_in(data)]
        self._problems += [self._problem(("watcher", "database"), advice) for advice in _database_password(data)]
        self._problems += renamed
        self._data = _without_secrets(data)
        self._set = overlay(self._data, environ)
        self._environ = environ

    def finish(self) -> Config:
        for name, info in File.model_fields.items():
            if info.is_required():
                self._data.setdefault(name, {})
        problems = [*self._problems, *self._set.problems]
        problems += [self._problem(path, f"{dotted(path)}: {text}") for path, text in _between_keys(self._data)]
        try:
            read = File.model_validate(self._data, context={"base": self._file.absolute().parent})
        except ValidationError as error:
            problems += [
                self._problem(found["loc"], described(found, self._set.hides(found["loc"])))
                for found in error.errors(include_url=False)
            ]
            raise config_error(problems) from None
        if problems:
            raise config_error(problems)
        hidden = frozenset(path[1] for path in self._set.origins if is_source_url(path) and isinstance(path[1], int))
        warnings = (*self._warnings, *self._set.warnings)
        return settle(read, self._file, read.watcher.timezone or self._local_zone(), hidden, warnings)

    def _of_renamed(self, moved: Sequence[Moved]) -> Iterator[Problem]:
        """Notes a warning for each old name; yields what cannot be followed. Places of values stay where they stand."""
        for each in moved:
            old, new = dotted(each.old), dotted(each.new)
            if each.is_doubled:
                yield self._problem(each.old, f"{old}: it is called {new} now, and that is there too: take {old} out")
            elif not each.row.is_over:
                line = self._lines.get(each.old)
                self._lines |= {each.new: line} if line is not None else {}
                place = f"{self._file}:{line}" if line is not None else str(self._file)
                self._warnings.append(f"{place}: {told(each)}")
            else:
                yield self._problem(each.old, f"{old}: unknown key since version {each.row.until}, it is {new} now")

    def _problem(self, path: schema.Path, text: str) -> Problem:
        """Places a mistake: at the variable that set the key, else at the line of the key or the table around it."""
        path = tuple(step for step in path if step != "[key]")
        around = [path[:length] for length in range(len(path), -1, -1)]
        for here in around:
            if here in self._set.origins:
                return Problem(f"environment: {self._set.origins[here]}", text)
        line = next(self._lines[here] for here in around if here in self._lines)  # () is the file itself, line 1
        return Problem(f"{self._file}:{line}", text, line)

    def _local_zone(self) -> str:
        try:
            return values.time_zone(self._environ.get("TZ", "").lstrip(":") or tzlocal.get_localzone_name())
        except (LookupError, ValueError, OSError) as error:
            raise ConfigError(
                f"{self._file}: the system's time zone has no usable name ({error}); "
                'write one into [watcher]: timezone = "Europe/Lisbon"'
            ) from None


def _database_password(data: Mapping[str, Any]) -> Iterator[str]:
    table = data.get("watcher")
    address = table.get("database") if isinstance(table, Mapping) else None
    if isinstance(address, str) and values.has_password(address):
        yield "watcher.database: a password does not belong into the file: set WATCHER_DATABASE_PASSWORD instead"


def _without_secrets(data: dict[str, Any]) -> dict[str, Any]:
    """The data with secrets taken out, so that no later message can show one."""
    for (*tables, key), _ in list(secrets_in(data)):
        place: Any = data
        for step in tables:
            place = place[step]
        del place[key]
    return data


def _between_keys(data: Mapping[str, Any]) -> Iterator[tuple[schema.Path, str]]:
    """What no single key shows: ids used twice, unknown topics. The data may be wrong elsewhere."""
    sources = [(number, row) for number, row in enumerate(_rows(data.get("sources"))) if isinstance(row, dict)]
    topics = data.get("topics")
    digest = data.get("digest")
    recipients = _rows(digest.get("recipients")) if isinstance(digest, dict) else []
    for number, row in sources:
        yield from query_problems(number, row, topics if isinstance(topics, dict) else {})
        yield from history_problems(number, row)
        yield from access_problems(("sources", number), row)
        if "select" in row and row.get("kind", "feed") != "page":
            yield (
                ("sources", number, "select"),
                'expected only with kind = "page", where it says what stands where',
            )
    yield from machine_problems(data.get("machine"))
    yield from _repeated(("sources",), [(number, row.get("id")) for number, row in sources], "id")
    for name, table in CHANNELS.items():
        if isinstance(digest, dict) and isinstance(digest.get(name), dict):
            yield from ((("digest", name, key), text) for key, text in table.between_keys(digest[name]))
    yield from _alarm(digest.get("alarm"), digest) if isinstance(digest, dict) else ()
    yield from _open_doors(data.get("service"))
    known = list(topics) if isinstance(topics, dict) else []
    naming: list[tuple[schema.Path, object]] = [(("sources", number), row.get("topics")) for number, row in sources]
    naming += [
        (("digest", "recipients", number), row.get("topics"))
        for number, row in enumerate(recipients)
        if isinstance(row, dict)
    ]
    for path, named in naming:
        for number, topic in enumerate(_rows(named)):
            if isinstance(topic, str) and topic not in known:
                choice = ", ".join(known) or "none is written"
                yield (*path, "topics", number), f"expected a topic of this file ({choice}), found {shown(topic)}"


def _alarm(alarm: object, digest: Mapping[str, Any]) -> Iterator[tuple[schema.Path, str]]:
    """A notice needs a channel that is there, and somebody at its other end who is no reader."""
    if not isinstance(alarm, Mapping) or not isinstance(name := alarm.get("channel"), str):
        return
    there = [each for each in CHANNELS if isinstance(digest.get(each), Mapping)]
    if name not in there:
        choice = ", ".join(there) or "none is written"
        yield ("digest", "alarm", "channel"), f"expected a channel of this file ({choice}), found {shown(name)}"
    elif CHANNELS[name].writes_to_people and not alarm.get("to"):
        yield ("digest", "alarm", "to"), 'expected a list of mail addresses like ["ops@example.org"]: who is told'


def _open_doors(service: object) -> Iterator[tuple[schema.Path, str]]:
    """A service that others can reach needs a token, whatever is in front of it."""
    if not isinstance(service, Mapping):
        return
    host = service.get("host")
    if isinstance(host, str) and host and not values.is_loopback(host) and not service.get("token"):
        advice = "or a token for those who reach it from elsewhere: set WATCHER_SERVICE__TOKEN"
        yield ("service", "host"), f'expected this machine alone ("127.0.0.1"), {advice}; found {shown(host)}'


def _rows(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _repeated(path: schema.Path, rows: list[tuple[int, object]], key: str) -> Iterator[tuple[schema.Path, str]]:
    first: dict[str, int] = {}
    for number, value in rows:
        if isinstance(value, str) and first.setdefault(value, number) != number:
            there = dotted((*path, first[value]))
            yield (*path, number, key), f"expected an id of its own, found {shown(value)}, which {there} has already"
