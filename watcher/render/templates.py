"""Templates of several folders, the first that has one wins. The last folder's came with the program: where a copy that
overrides one of them goes wrong, the shipped one is used, and what is wrong is kept, with the file and what to do.

They run in a sandbox with everything escaped, and a name that a template asks for and nobody gave is an error, not an
empty place.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import (
    FileSystemLoader,
    StrictUndefined,
    Template,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    meta,
)
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from watcher.digest.shape import joined
from watcher.errors import ConfigError
from watcher.render.clean import direction, language_tag, link, shorten, width
from watcher.render.copies import state
from watcher.render.mail import in_languages, inlined
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
        """True where the template that is filled makes anything of a value; a broken copy is not."""
        for shelf in (self._all, self._shipped) if self._own(name) else (self._shipped,):
            try:
                return shelf.asks(name, value)
            except (OSError, *_MISTAKES):
                continue
        return False

    def style(self) -> str:
        """The style sheet of the pages, which cannot end its element early."""
        return self._made("page.css", lambda shelf: shelf.file("page.css").read_text("utf-8").replace("</", "<\\/"))

    def _made(self, name: str, make: Callable[[_Shelf], str]) -> str:
        """What is made of a copy; where there is none, or it goes wrong, of the shipped template."""
        own = self._own(name)
        if own:
            try:
                return make(self._all)
            except Exception as error:  # noqa: BLE001 - whatever somebody's own template raises, the edition goes out
                self._note(name, own, error)
        try:
            return make(self._shipped)
        except TemplateNotFound as error:
            raise ConfigError(
                f"template {error.name or name} is missing: it should have come with the program"
            ) from error
        except (OSError, *_MISTAKES) as error:
            where = _where(self._shipped.file(name), error)
            raise ConfigError(
                f"template {where}, as it came with the program: {error}; this is a defect of the program"
            ) from error

    def _own(self, name: str) -> list[Path]:
        """The copies there are of a template and its parts."""
        return [
            folder / part for part in self._shipped.parts(name) for folder in self._copies if _is_there(folder / part)
        ]

    def _note(self, name: str, own: Sequence[Path], error: Exception) -> None:
        """What is wrong in which of these copies; whoever wrote the template mends it."""
        now = state(self._copies)
        if now != self._state:
            self._state = now
            self._slips.clear()
        at_fault = {frame.filename for frame in traceback.extract_tb(error.__traceback__)}
        at_fault.add(getattr(error, "filename", None) or "")
        copy = next((file for file in own if str(file) in at_fault), own[0])
        missing = f"there is no template {error.name}" if isinstance(error, TemplateNotFound) else ""
        what = missing or str(error) or type(error).__name__
        self._slips[name] = (
            f"template {_where(copy, error)}: {what}; the shipped one is used: mend your copy, or delete it"
        )


class _Sandbox(SandboxedEnvironment):
    """Jinja's own, which looks through a list of types for every name that a template asks of a value.

    What it finds depends on the value's type and the name alone, and is kept: a tenth of what a page took.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._safe: dict[tuple[type, str], bool] = {}

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        key = type(obj), attr
        if key not in self._safe:
            self._safe[key] = super().is_safe_attribute(obj, attr, value)
        return self._safe[key]


class _Shelf:
    """The templates of these folders, ready to be filled."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = tuple(folders)
        self._loader = FileSystemLoader(self._folders)
        self._mail: tuple[str, Template] | None = None  # as it was read, and ready
        self._parts: dict[str, tuple[str, ...]] = {}
        self._asked: dict[str, tuple[str, frozenset[str]]] = {}  # the same, and what is made something of
        self.environments = {kind: self._environment(kind) for kind in ("html", "text", "markdown")}

    def file(self, name: str) -> Path:
        """Where a template lies."""
        found = next((folder / name for folder in self._folders if _is_there(folder / name)), None)
        if found is None:
            raise TemplateNotFound(name)
        return found

    def mail(self) -> Template:
        """The mail's template with its CSS inlined; once for each text that it had."""
        environment = self.environments["html"]
        source, _, _ = self._loader.get_source(environment, "mail.html")
        if self._mail is None or self._mail[0] != source:
            environment.parse(source)  # a slip is told with the line it has in the file
            self._mail = source, environment.from_string(inlined(source))
        return self._mail[1]

    def parts(self, name: str) -> tuple[str, ...]:
        """A template and all that it is made with: what it extends, includes and imports. Alone where it is none."""
        found = self._parts.get(name)
        if found is None:
            seen = dict.fromkeys([name])
            for each in (waiting := [name]):
                with suppress(TemplateError, OSError, UnicodeDecodeError):
                    environment = self.environments["html"]
                    source, _, _ = self._loader.get_source(environment, each)
                    named = [part for part in meta.find_referenced_templates(environment.parse(source)) if part]
                    waiting += [part for part in named if part not in seen]
                    seen |= dict.fromkeys(named)
            found = self._parts[name] = tuple(seen)
        return found

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
        environment = _Sandbox(
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
