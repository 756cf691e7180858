"""Writes the pages that say what every key, command and option is: `PYTHONPATH=. python docs/reference/make.py`.

With --check it only says whether they are current. Keys and commands come from the program itself, so nothing is
missing and nothing invented; what a key is for stands in `keys.toml`, what an option does in the program's help.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo
from typer.main import get_command

from watcher.cli.program import program
from watcher.config import schema
from watcher.config.models import HISTORY

HERE = Path(__file__).parent
WORDS = HERE / "keys.toml"
MADE = "<!-- Made by docs/reference/make.py: change keys.toml or the program, not this page. -->"

# What the program says where something is wrong is an example too many in a table of all keys.
_SHORTER = {
    'a path like "data"': "a path",
    'an address like "https://example.org/feed.xml"': "an address",
    'a duration like "30m", "2s", "10d" or "1h30m"': 'a duration like "30m"',
    f'"feed" or "sitemap" or "page" or "query"; for history alone {", ".join(HISTORY)}': (
        f"`feed`, `sitemap`, `page`, `query`; for history alone {', '.join(f'`{kind}`' for kind in HISTORY)}"
    ),
}
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


# --- config.toml ---


def configuration() -> str:
    """The page of keys."""
    words = tomllib.loads(WORDS.read_text("utf-8"))
    parts = [
        "# config.toml",
        MADE,
        "Every table and key. Unknown keys are refused with the nearest known one; `watcher doctor` reads the file and",
        "says what is wrong, each mistake with its line. Paths are relative to the file. How values come from the",
        "environment stands in [environment](environment.md).\n",
    ]
    for path, table in schema.tables():
        if path:
            name = _written(path)
            parts += _table(name, table, words.pop(name, {}), is_list=_is_list(path))
    if words:
        raise SystemExit(f"{WORDS}: no such table: {', '.join(words)}")
    return "\n".join(parts) + "\n"


def _written(path: tuple[str, ...]) -> str:
    return ".".join("NAME" if step == "*" else step for step in path)


def _is_list(path: tuple[str, ...]) -> bool:
    parent = schema.table_at(path[:-1])
    info = schema.field(parent, path[-1]) if parent is not None else None
    return info is not None and get_origin(info.annotation) is tuple


def _table(name: str, table: type[BaseModel], words: dict[str, str], *, is_list: bool) -> Iterator[str]:
    yield f"## {'[[' if is_list else '['}{name}{']]' if is_list else ']'}\n"
    yield words.pop("", "") + "\n"
    secrets, rows = [], []
    for field, info in table.model_fields.items():
        key = schema.name_of(field, info)
        if _is_table(info):
            words.pop(key, None)
            continue
        if key not in words:
            raise SystemExit(f"{WORDS}: nothing is said about [{name}] {key}")
        default = "" if schema.is_secret(info) else _default(info)
        row = f"| `{key}` | {_cell(kind_of(info))} | {default} | {_cell(words.pop(key))} |"
        (secrets if schema.is_secret(info) else rows).append(row)
    if words:
        raise SystemExit(f"{WORDS}: no such key in [{name}]: {', '.join(words)}")
    yield from ("| key | takes | default | what it is for |", "|---|---|---|---|", *rows, "") if rows else ()
    if secrets:
        yield "Only from the environment, or from a file that it names (see [environment](environment.md)):\n"
        yield from ("| key | takes | | what it is for |", "|---|---|---|---|", *secrets, "")


def _is_table(info: FieldInfo) -> bool:
    kind = schema._inner(info.annotation)
    kind = get_args(kind)[0] if get_origin(kind) is tuple else kind
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def kind_of(info: FieldInfo) -> str:
    """What a key takes, in the words with which the program asks for it."""
    if schema.is_secret(info):
        return "text"
    kind = schema._inner(info.annotation)
    checks = [check for check in info.metadata if type(check).__name__ in ("BeforeValidator", "Strict")]
    return _kind(Annotated[(kind, *checks)] if checks else kind)


def _kind(kind: Any) -> str:
    origin = get_origin(kind)
    if origin is Literal:
        return ", ".join(f"`{each}`" for each in get_args(kind))
    if origin is tuple:
        return f"a list of these: {_kind(get_args(kind)[0])}"
    if origin is Annotated:
        inner, *checks = get_args(kind)
        if any(type(check).__name__ == "BeforeValidator" for check in checks):
            asked = _asked(kind)
            if asked:
                return asked
        return _kind(inner)
    plain = {str: "text", int: "a whole number", float: "a number", bool: "`true`, `false`", Path: "a path"}
    return plain.get(kind, "text")


def _asked(kind: Any) -> str:
    """What a wrong value is answered with, without "expected"."""
    try:
        TypeAdapter(kind).validate_python(object())
    except ValidationError as error:
        said = str(error.errors(include_url=False)[0]["msg"])
        return _SHORTER.get(asked := said.removeprefix("expected "), asked) if said.startswith("expected ") else ""
    return ""


def _default(info: FieldInfo) -> str:
    if info.is_required():
        return "needed"
    value = info.get_default()
    if value is None or value == ():
        return ""
    return f"`{_toml(value)}`"


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, timedelta):
        seconds = int(value.total_seconds())
        size, unit = next((s, u) for s, u in ((86400, "d"), (3600, "h"), (60, "m"), (1, "s")) if seconds % s == 0)
        return f'"{seconds // size}{unit}"'
    if isinstance(value, frozenset):
        return "[" + ", ".join(f'"{_DAYS[day]}"' for day in sorted(value)) + "]"
    if isinstance(value, tuple):
        return "[" + ", ".join(_toml(each) for each in value) + "]"
    if isinstance(value, int) and value >= 2**20 and value % 2**20 == 0:
        return f'"{value // 2**20}MiB"'
    return f'"{value}"' if isinstance(value, str | Path) else str(value)


# --- the command line ---


def commands() -> str:
    """The page of commands."""
    root = get_command(program)
    parts = [
        "# The command line",
        MADE,
        "Every command with its options, as `--help` says it. Data goes to stdout, talk to stderr; `--json` gives JSON",
        "Lines for lists and one object for one thing; without a terminal, or with `NO_COLOR` set, there are no",
        "colours and no bars. Every command takes `--help` and `--config PATH` (default: `./config.toml`, then",
        "`~/.config/watcher/config.toml`).",
        "[What the exit codes mean](exit-codes.md).\n",
    ]
    for path, command in _leaves((), root):
        parts += _command(path, command)
    return "\n".join(parts) + "\n"


def _leaves(path: tuple[str, ...], command: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    children = getattr(command, "commands", None)
    if children is None:
        yield path, command
        return
    for name, child in children.items():
        if not child.hidden:
            yield from _leaves((*path, name), child)


def _command(path: tuple[str, ...], command: Any) -> Iterator[str]:
    context = command.make_context(path[-1], [], resilient_parsing=True)
    arguments = [each for each in command.params if each.param_type_name == "argument"]
    usage = " ".join([*path, *(piece for each in arguments for piece in each.get_usage_pieces(context))])
    usage = re.sub(r"\{([^{}]+)\}", r"\1", usage)  # braces stand for "needed", which whoever reads does not know
    yield f"## {' '.join(path)}\n"
    yield f"    watcher {usage}\n"
    yield "\n".join(line.strip() for line in (command.help or "").split("\f")[0].strip().splitlines()) + "\n"
    rows = [
        record
        for each in command.params
        if each.param_type_name == "argument" or not {"--config", "--help"} & set(each.opts)
        if not each.hidden
        if (record := each.get_help_record(context)) is not None and record[1]
    ]
    if rows:
        yield from ("| | |", "|---|---|")
        yield from (f"| `{_cell(name)}` | {_cell(said)} |" for name, said in rows)
        yield ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


PAGES = {"config.md": configuration, "commands.md": commands}


def main() -> None:
    stale = []
    for name, make in PAGES.items():
        file, text = HERE / name, make()
        if not file.exists() or file.read_text("utf-8") != text:
            stale.append(name)
            if "--check" not in sys.argv:
                file.write_text(text, "utf-8")
    if stale and "--check" in sys.argv:
        raise SystemExit(f"not current: {', '.join(stale)}; `PYTHONPATH=. python docs/reference/make.py` writes them")


if __name__ == "__main__":
    main()
