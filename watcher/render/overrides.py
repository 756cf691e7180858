"""Templates that somebody copied to make them their own, and which of these the shipped ones have moved on from.

What a copy was made from is kept beside the copies, as a hash: a line in the file itself would be in the way of style
sheets, of plain text and of the page's doctype, and be edited away.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from watcher.errors import WatcherError
from watcher.render.files import write_atomically

RECORD = ".copied.json"


@dataclass(frozen=True, slots=True)
class Template:
    """One template by its name in the folder. `stale`: the shipped one changed since it was copied."""

    name: str
    overridden: bool
    stale: bool = False
    shipped: bool = True  # False: a file of one's own that overrides nothing, such as another language's words


def templates(own: Path, shipped: Path) -> tuple[Template, ...]:
    """Every shipped template, and every file of one's own, by name."""
    made_from = _record(own)
    names = dict.fromkeys(_names(shipped), True) | dict.fromkeys(_names(own) - _names(shipped), False)
    return tuple(
        Template(name, (own / name).is_file(), is_shipped and _is_stale(name, own, shipped, made_from), is_shipped)
        for name, is_shipped in sorted(names.items())
    )


def copy(name: str, own: Path, shipped: Path, *, merged: bool = False) -> Path:
    """Copies a shipped template to where it overrides the shipped one; with `merged` only notes that a copy that is
    there already has what changed."""
    if name not in _names(shipped):
        raise WatcherError(f"no template is called {name}: `watcher templates list` shows them")
    source, target = shipped / name, own / name
    if merged and not target.is_file():
        raise WatcherError(f"{target} is not there: `watcher templates copy {name}` makes it")
    if not merged:
        if target.exists():
            raise WatcherError(
                f"{target} is there already: remove it first to start again from the shipped one, or say --merged"
                " when yours has what changed there"
            )
        write_atomically(target, source.read_text("utf-8"))
    write_atomically(own / RECORD, json.dumps(_record(own) | {name: _hash(source)}, indent=1, sort_keys=True) + "\n")
    return target


def stale(own: Path, shipped: Path) -> tuple[str, ...]:
    """For each copy that the shipped template has moved on from: what that means and what to do, in a line."""
    return tuple(
        f"templates/{each.name} was copied from an older version: what is new in the shipped one is missing in yours."
        f" Take it over, then `watcher templates copy {each.name} --merged`; or delete yours"
        for each in templates(own, shipped)
        if each.stale
    )


def _is_stale(name: str, own: Path, shipped: Path, made_from: dict[str, str]) -> bool:
    """A file that nobody copied by command is nobody's copy: it is whole as it is."""
    if name not in made_from or not (own / name).is_file():
        return False
    now = _hash(shipped / name)
    return made_from[name] != now and _hash(own / name) != now


def _names(folder: Path) -> set[str]:
    files = folder.rglob("*") if folder.is_dir() else ()
    return {
        file.relative_to(folder).as_posix()
        for file in files
        if file.is_file() and not any(part.startswith((".", "__")) for part in file.relative_to(folder).parts)
    }


def _record(own: Path) -> dict[str, str]:
    """What each copy was made from; nothing where the record is gone or was damaged."""
    try:
        kept = json.loads((own / RECORD).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(name): str(made_from) for name, made_from in kept.items()} if isinstance(kept, dict) else {}


def _hash(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
