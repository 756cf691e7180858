"""Templates of several folders, the first that has one wins. The last folder's came with the program: where a copy that
overrides one of them goes wrong, the shipped one is used, and what is wrong is kept, with the file and what to do.

They run in a sandbox with everything escaped, and a name that a template asks for and nobody gave is an error, not an
empty place.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import (
    StrictUndefined,
    TemplateError,
    TemplateSyntaxError,
    meta,
)
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from watcher.digest.shape import joined
from watcher.render.clean import direction, language_tag, link, shorten, width
from watcher.render.copies import state
from watcher.render.mail import in_languages
from watcher.render.plain import anchor, capital, markdown, wrap
from watcher.types import Slips

# What a slip in a shipped template raises, besides Jinja's errors.
_MISTAKES = (TemplateError, TypeError, ValueError, LookupError, ArithmeticError, AttributeError, RecursionError)


class Templates:
    """Fills the templates of these folders; those of the last one came with the program."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._copies = tuple(folders[:-1])
        self._shipped = _shipped(folders[-1])
        self._all = _Shelf(folders) if self._copies else self._shipped
        self._slips: dict[str, str] = {}
        self._state = state(self._copies)

    def slips(self) -> Slips:
        """What went wrong with copies as they are now."""
        now = state(self._copies)
        return Slips(tuple(self._slips.values()) if now == self._state else (), now)

    def fill(self, name: str, kind: str, context: Mapping[str, Any]) -> str:
        """A template filled, its values escaped for the kind: html, markdown, or text as it is."""
        return self._made(name, lambda shelf: str(shelf.environments[kind].get_template(name).render(context)))

    def fill_mail(self, context: Mapping[str, Any], most: int) -> str:
        """The mail's template filled, whose CSS is inlined once and before any feed text is near.

        Cut off behind `most` characters: a longer one is not sent.
        """

        def filled(shelf: _Shelf) -> str:
            parts: list[str] = []
            left = most
            for part in shelf.mail().generate(context):
                parts.append(part)
                left -= len(part)
                if left < 0:
                    break
            return "".join(parts)

        return self._made("mail.html", filled)

    def asks(self, name: str, value: str) -> bool:
        """True where a template, or a part of it, makes anything of a value."""
        return any(value in self._asked_by(part) for part in self.parts(name))

    def _asked_by(self, name: str) -> frozenset[str]:
        environment = self.environments["html"]
        source, _, _ = self._loader.get_source(environment, name)
        read = self._asked.get(name)
        if read is None or read[0] != source:
            read = self._asked[name] = source, frozenset(meta.find_undeclared_variables(environment.parse(source)))
        return read[1]

    def _environment(self, kind: str) -> SandboxedEnvironment:
        finalize: Callable[[Any], Any] | None = markdown if kind == "markdown" else None
        environment = SandboxedEnvironment(
            loader=self._loader,
            autoescape=kind != "text",
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            finalize=finalize,
        )
        environment.filters |= {
            "short": shorten,
            "tag": language_tag,
            "dir": direction,
            "joined": joined,
            "cap": capital,
            "wrap": wrap,
            "width": width,
            "anchor": anchor,
            "in_languages": in_languages,
            "address": lambda url: Markup(link(url)),  # noqa: S704 - in Markdown, where its signs must stay as they are
        }
        return environment


@lru_cache(maxsize=8)
def _shipped(folder: Path) -> _Shelf:
    """The templates that came with the program: made ready once, which takes 0.2 s, for all languages of the words."""
    return _Shelf((folder,))


def _is_there(file: Path) -> bool:
    """True also of a file in a folder that nobody may look into: reading it says so."""
    try:
        return file.is_file()
    except OSError:
        return True


def _where(file: Path, error: Exception) -> str:
    """A template, and its line at which it went wrong where that can be told."""
    if isinstance(error, TemplateSyntaxError) and error.filename in (None, "<unknown>", str(file)):
        return f"{file} line {error.lineno}"
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(file)]
    return f"{file} line {lines[-1]}" if lines else str(file)
