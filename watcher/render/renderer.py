"""An edition in the form a reader gets it: page, text, Markdown, JSON, mail.

Feed text is data and never template: views are cleaned first, templates run in a sandbox with everything escaped, and
a name that a template asks for and nobody gave is an error, not an empty place.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import UTC
from pathlib import Path
from typing import Any, Literal

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError, TemplateNotFound, TemplateSyntaxError
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from watcher.digest.health import plain_reason
from watcher.digest.shape import joined, to_json
from watcher.digest.view import StoryView, View, view
from watcher.errors import ConfigError
from watcher.render.clean import clean, cleaned, direction, language_tag, link, shorten, width
from watcher.render.mail import LEVELS, fits, inlined, subject, trimmed
from watcher.render.plain import anchor, capital, markdown, wrap
from watcher.render.words import Words, time_zone
from watcher.types import Edition, FailingSource, Message, Outcome, SourceChange

Form = Literal["html", "text", "markdown", "json"]
Notice = Literal["leave", "left", "no_page", "later"]
FORMS: dict[Form, str] = {"html": "html", "text": "txt", "markdown": "md", "json": "json"}

# Reports of a story shown without a click; a story that sixty outlets carry must not bury the next one.
_LINES = 8
# Outlets with reporting of their own that are named; more of them are a matter for the list.
_ORIGINALS = 3
# The index names this many headlines of each edition.
_INDEX_HEADLINES = 3


class Renderer:
    """Renders views with the templates of these folders, the first that has one wins; page words in one language.

    Times are told in the zone of the view's schedule; `zone` serves editions that have none.
    """

    def __init__(
        self, template_dirs: Sequence[Path], language: str = "en", zone: str = "UTC", title: str | None = None
    ) -> None:
        self.language = language.split("-")[0]
        self._folders = tuple(template_dirs)
        self._zone = zone
        self._words = Words(self._folders, language)
        self._title = title or self._words.say("masthead")
        self._loader = FileSystemLoader(self._folders)
        self._environments = {kind: self._environment(kind) for kind in ("html", "text", "markdown")}
        self._mail: Any = None
        self._last: tuple[View, View] | None = None

    def render(self, view: View, form: Form, name: str | None = None) -> str:
        """One edition in one form. With its file `name` (without ending) the page links its other forms."""
        safe = self._cleaned(view)
        if form == "json":
            return json.dumps(to_json(safe), ensure_ascii=False, indent=1) + "\n"
        text = self._fill(f"edition.{FORMS[form]}", form, self._context(safe) | {"name": name})
        return text if form == "html" else _squeezed(text)

    def message(self, view: View, online: str | None = None) -> Message:
        """The mail of an edition: subject, HTML of at most 95 kB as transferred, and plain text with the same stories.

        `online` is the edition's public address, if it has one. What does not fit is told in fewer words, then counted.
        """
        safe = self._cleaned(view)
        html = ""
        for level in LEVELS:
            shown, more = trimmed(safe, level)
            context = self._context(shown) | {
                "counts": self._counts(safe),
                "level": level,
                "more": more,
                "online": link(online or ""),
                "preheader": " · ".join(shorten(story.lead.title, 90) for story in safe.stories[1:4]),
            }
            html = self._fill_mail(context)
            if fits(html):
                break
        text = _squeezed(self._fill("edition.txt", "text", context))
        return Message(subject=subject(safe, self._title, self._words), html=html, text=text)

    def index(self, editions: Sequence[tuple[str, Edition]], reads: tuple[str, ...] = ()) -> str:
        """The page of past editions, in the order given: each with its file name, counts and top headlines."""
        glances = [(name, cleaned(view(edition, reads, (), _INDEX_HEADLINES))) for name, edition in editions]
        context = self._shared() | {"editions": glances, "counts_of": self._totals}
        return self._fill("index.html", "html", context)

    def notice(self, kind: Notice, **values: str) -> str:
        """A page of a few words, for the service: whether to leave, what came of it, that nothing is here."""
        context = self._shared() | {"kind": kind, "values": {name: clean(value) for name, value in values.items()}}
        return self._fill("notice.html", "html", context)

    def _cleaned(self, view: View) -> View:
        """The view cleaned; the same one is asked for in every form, one after the other."""
        if self._last is None or self._last[0] is not view:
            self._last = (view, cleaned(view))
        return self._last[1]

    def _fill(self, template: str, form: str, context: dict[str, Any]) -> str:
        try:
            return str(self._environments[form].get_template(template).render(context))
        except TemplateNotFound as error:
            raise ConfigError(f"template {error.name} is missing: `watcher templates copy {error.name}`") from error
        except _MISTAKES as error:
            raise _mistake(template, error) from error

    def _shared(self) -> dict[str, Any]:
        style = self._style()
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        return {
            "title": self._title,
            "language": self.language,
            "page_language": self.language,
            "style": Markup(style),  # noqa: S704 - our own stylesheet, nothing of a feed
            "style_hash": Markup(f"sha256-{digest}"),  # noqa: S704 - base64, made in the line above
            "say": self._words.say,
            "day": self._words.day,
            "language_name": self._words.language_name,
        }

    def _context(self, view: View) -> dict[str, Any]:
        zone = self._zone_of(view)
        titles = dict(view.topics)
        # The same address met again at the next visit is no new lead.
        ended = view.footer.outcomes
        outcomes = {each: ended[each] for each in Outcome if each is not Outcome.SEEN and ended.get(each)}
        return self._shared() | {
            "view": view,
            "top": next(iter(view.stories), None),
            "counts": self._counts(view),
            "zone": zone,
            "moment": lambda moment: self._words.moment(moment, zone),
            "figure": self._words.figure,
            "fact": self._words.fact,
            "carriage": self._carriage,
            "wrong": self._wrong,
            "changed": self._changed,
            "topic_title": lambda topic: titles.get(topic, topic),
            "outcomes": [self._words.say(f"outcome.{each}", n=count) for each, count in outcomes.items()],
            "leads": sum(outcomes.values()),
            "lines": _LINES,
            "more": 0,
            "online": "",
        }

    def _counts(self, view: View) -> list[str]:
        """What was found and what became of it, in one sum, and how wide it was gathered."""
        counts, say = view.counts, self._words.say
        stories = say("stories", n=counts.news)
        if counts.headlines:
            shares = (say("told", n=counts.stories), say("headlines", n=counts.headlines))
            stories = say("counted_stories", stories=stories, parts=say("comma").join(shares))
        spread = {"outlets": counts.outlets, "languages": counts.languages}
        return [self._sum(view, stories), *(say(key, n=number) for key, number in spread.items() if number > 1)]

    def _carriage(self, story: StoryView) -> list[str]:
        """How many outlets carry a story and whose reporting it is; nothing for what one outlet found out itself."""
        say, found = self._words.say, story.sourcing
        outlets = say("outlets", n=len(story.outlets))
        if found is None:
            return [outlets] if len(story.outlets) > 1 else []
        if not found.originals:
            return [outlets, say("origin_unclear")] if found.outlets > 1 else []
        if found.outlets == 1 and list(found.originals) == list(story.outlets):
            return []
        names = ", ".join(shorten(name, 48) for name in found.originals[:_ORIGINALS])
        more = " …" if len(found.originals) > _ORIGINALS else ""
        parts = [outlets, say("original_reports", n=len(found.originals), names=names + more)]
        return [*parts, say("of_unclear_origin", n=len(found.unclear))] if found.unclear else parts

    def _wrong(self, source: FailingSource) -> str:
        """What is wrong with a source, in the page's language where its reason is known."""
        if source.reason is None:
            return source.trouble
        return self._words.say(f"trouble.{plain_reason(source.reason, source.status)}", status=str(source.status or ""))

    def _changed(self, change: SourceChange) -> str:
        span = self._words.span(change.at - change.since) if change.since else ""
        return self._words.say(f"changed.{change.change}", span=span, url=change.url or "")

    def _totals(self, view: View) -> list[str]:
        """The same sum in the index, which tells no story in full."""
        return [self._sum(view, self._words.say("stories", n=view.counts.news))]

    def _sum(self, view: View, stories: str) -> str:
        """Articles are new stories, known ones, further reports of either, and mentions; zeros are left out."""
        counts, say = view.counts, self._words.say
        rest = {"counted_known": counts.known, "folded": counts.folded, "counted_mentions": counts.mentions}
        parts = [stories, *(say(key, n=number) for key, number in rest.items() if number)]
        found = say("articles", n=counts.articles)
        return say("counted", found=found, parts=say("comma").join(parts)) if counts.articles else found

    def _zone_of(self, view: View) -> str:
        _, _, zone = view.schedule.partition(" ")
        return zone if time_zone(zone) is not UTC else self._zone

    def _style(self) -> str:
        for folder in self._folders:
            file = folder / "page.css"
            if file.is_file():
                return file.read_text(encoding="utf-8").replace("</", "<\\/")
        raise ConfigError("template page.css is missing: `watcher templates copy page.css`")

    def _fill_mail(self, context: dict[str, Any]) -> str:
        """Fills the mail's template, whose CSS is inlined once and before any feed text is near."""
        try:
            if self._mail is None:
                environment = self._environments["html"]
                source, _, _ = self._loader.get_source(environment, "mail.html")
                self._mail = environment.from_string(inlined(source))
            return str(self._mail.render(context))
        except _MISTAKES as error:
            raise _mistake("mail.html", error) from error

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
            "address": lambda url: Markup(link(url)),  # noqa: S704 - in Markdown, where its signs must stay as they are
        }
        return environment


# What a slip in somebody's own template raises, besides Jinja's errors.
_MISTAKES = (TemplateError, TypeError, ValueError, KeyError)


def _mistake(name: str, error: Exception) -> ConfigError:
    line = f" line {error.lineno}" if isinstance(error, TemplateSyntaxError) else ""
    return ConfigError(f"template {name}{line}: {error}; mend your copy, or delete it to use the shipped one")


def _squeezed(text: str) -> str:
    """At most two empty lines in a row, none at the ends, no spaces before a line's end."""
    lines: list[str] = []
    empty = 0
    for line in (each.rstrip() for each in text.strip().splitlines()):
        empty = 0 if line else empty + 1
        if empty <= 2:
            lines.append(line)
    return "\n".join(lines) + "\n"
