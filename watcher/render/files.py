"""Editions as files: written beside their place, forced to disk, then renamed into it. No reader meets half a page."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from watcher.digest.view import View
from watcher.errors import WatcherError
from watcher.render.renderer import FORMS, Renderer
from watcher.types import Edition

_NAME = re.compile(r"\d{4}-\d\d-\d\d(?:-[a-z0-9-]{1,80})?")
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


def write_index(
    out: Path, editions: Sequence[tuple[str, Edition]], renderer: Renderer, reads: tuple[str, ...] = ()
) -> Path:
    """Writes `out/index.html`, the page of these (name, edition) pairs."""
    return write_atomically(out / "index.html", renderer.index(editions, reads))


def write_atomically(file: Path, text: str) -> Path:
    """Puts a text in a file's place in one step; a link that stands there is replaced, not followed."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
        written = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
            written.chmod(0o644)  # mkstemp makes it 0600; a web server reads this folder
            written.replace(file)
        except BaseException:
            written.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise WatcherError(
            f"{file}: cannot be written ({error.strerror}); check `[digest] out` and its space"
        ) from error
    return file
