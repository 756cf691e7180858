"""Templates of several folders, the first that has one wins; every mistake in one names the file and what to do.

They run in a sandbox with everything escaped, and a name that a template asks for and nobody gave is an error, not an
empty place.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError, TemplateNotFound, TemplateSyntaxError, meta
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from watcher.digest.shape import joined
from watcher.errors import ConfigError
from watcher.render.clean import direction, language_tag, link, shorten, width
from watcher.render.mail import in_languages, inlined
from watcher.render.plain import anchor, capital, markdown, wrap
from watcher.shipped import shipped

# What a slip in somebody's own template raises, besides Jinja's errors.
_MISTAKES = (TemplateError, TypeError, ValueError, LookupError, ArithmeticError, AttributeError, RecursionError)


class Templates:
    """Fills the templates of these folders."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = tuple(folders)
        self._loader = FileSystemLoader(self._folders)
        self._environments = {kind: self._environment(kind) for kind in ("html", "text", "markdown")}
        self._mail: Any = None

    def fill(self, name: str, kind: str, context: Mapping[str, Any]) -> str:
        """A template filled, its values escaped for the kind: html, markdown, or text as it is."""
        try:
            return str(self._environments[kind].get_template(name).render(context))
        except TemplateNotFound as error:
            raise _missing(str(error.name or name)) from error
        except (OSError, *_MISTAKES) as error:
            raise self._mistake(name, error) from error

    def fill_mail(self, context: Mapping[str, Any], most: int) -> str:
        """The mail's template filled, whose CSS is inlined once and before any feed text is near.

        Cut off behind `most` characters: a longer one is not sent.
        """
        try:
            if self._mail is None:
                environment = self._environments["html"]
                source, _, _ = self._loader.get_source(environment, "mail.html")
                environment.parse(source)  # a slip is told with the line it has in the file
                self._mail = environment.from_string(inlined(source))
            filled: list[str] = []
            for part in self._mail.generate(context):
                filled.append(part)
                most -= len(part)
                if most < 0:
                    break
            return "".join(filled)
        except TemplateNotFound as error:
            raise _missing(str(error.name or "mail.html")) from error
        except (OSError, *_MISTAKES) as error:
            raise self._mistake("mail.html", error) from error

    def asks(self, name: str, value: str) -> bool:
        """True where a template makes anything of a value; a broken one does not."""
        environment = self._environments["html"]
        try:
            return value in meta.find_undeclared_variables(
                environment.parse(self._loader.get_source(environment, name)[0])
            )
        except (OSError, *_MISTAKES):
            return False

    def style(self) -> str:
        """The style sheet of the pages, which cannot end its element early."""
        file = self._file("page.css")
        if file is None:
            raise _missing("page.css")
        try:
            return file.read_text(encoding="utf-8").replace("</", "<\\/")
        except (OSError, ValueError) as error:
            raise self._mistake("page.css", error) from error

    def _file(self, name: str) -> Path | None:
        return next((folder / name for folder in self._folders if (folder / name).is_file()), None)

    def _mistake(self, name: str, error: Exception) -> ConfigError:
        """What is wrong where; whoever wrote the template mends it."""
        file = self._file(name)
        where, line = f"template {file or name}", _line(error, file)
        if line is not None:
            where += f" line {line}"
        if file is not None and file.is_relative_to(shipped("templates")):
            return ConfigError(f"{where}, as it came with the program: {error}; this is a defect of the program")
        return ConfigError(f"{where}: {error}; mend your copy, or delete it to use the shipped one")

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


def _missing(name: str) -> ConfigError:
    return ConfigError(f"template {name} is missing: `watcher templates copy {name}`")


def _line(error: Exception, file: Path | None) -> int | None:
    """The line of a template at which it went wrong, where that can be told."""
    if isinstance(error, TemplateSyntaxError):
        return error.lineno
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(file)]
    return lines[-1] if lines else None
