"""Editions as files: written beside their place, forced to disk, then renamed into it. No reader meets half a page."""

from __future__ import annotations

import fcntl
import os
import re
import tempfile
from contextlib import suppress
from datetime import date
from pathlib import Path

from watcher.digest.view import View
from watcher.errors import OutputError
from watcher.render.renderer import FORMS, Renderer

_NAME = re.compile(r"\d{4}-\d\d-\d\d(?:-[a-z0-9-]{1,80})?")
# What a file begun beside its place is called: ours, with what `mkstemp` adds.
_LEFTOVER = re.compile(
    r"\.(?:\d{4}-\d\d-\d\d(?:-[a-z0-9-]{1,80})?|index|calendar(?:-\d{4}-\d\d)?|editions|stories)"
    r"\.(?:html|txt|md|json|atom)\.[a-z0-9_]{8}"
)
_NOT_NAME = re.compile(r"[^a-z0-9]+")


def edition_name(day: date, schedule: str | None = None) -> str:
    """An edition's file name without ending: its date, and its schedule where there is more than one."""
    suffix = _NOT_NAME.sub("-", schedule.replace(":", "").lower()).strip("-") if schedule else ""
    return f"{day.isoformat()}-{suffix}"[:90] if suffix else day.isoformat()


def write_edition(out: Path, name: str, view: View, renderer: Renderer) -> tuple[Path, ...]:
    """Writes one edition in every form as `out/NAME.html`, `.txt`, `.md` and `.json`; returns their paths."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name for an edition")
    return tuple(
        write_atomically(out / f"{name}.{ending}", renderer.render(view, form, name=name))
        for form, ending in FORMS.items()
    )


def write_atomically(file: Path, text: str) -> Path:
    """Puts a text in a file's place in one step, unless it stands there already.

    A link that stands there is replaced, not followed.
    """
    data = text.encode("utf-8", "replace")
    try:
        if not _holds(file, data):
            file.parent.mkdir(parents=True, exist_ok=True)
            _replace(file, data)
    except OSError as error:
        raise OutputError(
            f"{file}: cannot be written ({error.strerror}); check `[digest] out` and its space"
        ) from error
    return file


def clear_leftovers(folder: Path) -> tuple[Path, ...]:
    """Removes what a process that was killed left half written; what another one is writing right now stays."""
    removed: list[Path] = []
    for file in sorted(folder.glob(".*")) if folder.is_dir() else ():
        if _LEFTOVER.fullmatch(file.name) and not file.is_symlink():
            with suppress(OSError), file.open("rb") as stream:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)  # its writer holds it until it is in place
                file.unlink()
                removed.append(file)
    return tuple(removed)


def _holds(file: Path, data: bytes) -> bool:
    """What is there already is not written again: years of editions rewrite no page that they do not change."""
    try:
        return not file.is_symlink() and file.stat().st_size == len(data) and file.read_bytes() == data
    except FileNotFoundError:
        return False


def _replace(file: Path, data: bytes) -> None:
    handle, name = _begun(file)
    written = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
            written.chmod(0o644)  # mkstemp makes it 0600; a web server reads this folder
            written.replace(file)
    except BaseException:
        written.unlink(missing_ok=True)
        raise


def _begun(file: Path) -> tuple[int, str]:
    """A file beside this one, locked for as long as it is open."""
    while True:
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
        with suppress(OSError):  # a file system without locks: a leftover there may be taken for one in use
            fcntl.flock(handle, fcntl.LOCK_EX)
        if os.fstat(handle).st_nlink:
            return handle, name
        os.close(handle)  # somebody cleared it away in between
