"""An edition in the form a reader gets it: page, text, Markdown, JSON, mail.

Feed text is data and never template: views are cleaned first, templates run in a sandbox with everything escaped.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from typing import Any, Literal

from markupsafe import Markup

from watcher.digest.shape import joined, to_json
from watcher.digest.view import View, view
from watcher.render.charts import chart
from watcher.render.clean import clean, cleaned, link, shorten
from watcher.render.mail import MOST_BYTES, Extent, Level, fitting, fitting_whole, leaving, subject, trimmed
from watcher.render.phrases import CAUTIONED, Phrases
from watcher.render.templates import Templates
from watcher.render.words import Words, time_zone
from watcher.types import Edition, Footer, Message, Outcome, Slips

Form = Literal["html", "text", "markdown", "json"]
Notice = Literal["leave", "left", "no_page", "not_here", "later", "stale"]
FORMS: dict[Form, str] = {"html": "html", "text": "txt", "markdown": "md", "json": "json"}

# Reports of a story shown without a click; a story that sixty outlets carry must not bury the next one.
_LINES = 8
# The index names this many headlines of each edition.
_INDEX_HEADLINES = 3
# Outlets with reporting of their own that are named; more of them are a matter for the list.
_ORIGINALS = 3


def glance(edition: Edition, reads: tuple[str, ...] = ()) -> View:
    """What an overview says of an edition: its counts and top headlines, cleaned, and nothing else of it."""
    seen = view(edition, reads, (), _INDEX_HEADLINES)
    return cleaned(replace(seen, headlines=(), known=(), mentions=(), shelves=(), volumes=(), footer=Footer(sources=0)))


class Renderer:
    """Renders views with the templates of these folders, the first that has one wins; page words in one language.

    Times are told in the zone of the view's schedule; `zone` serves editions that have none.
    """

    def __init__(
        self, template_dirs: Sequence[Path], language: str = "en", zone: str = "UTC", title: str | None = None
    ) -> None:
        self.language = re.split("[-_]", language)[0].lower()
        self._zone = zone
        self._words = Words(template_dirs, language)
        self._phrases = Phrases(self._words)
        self._title = title or self._words.say("masthead")
        self._templates = Templates(template_dirs)
        self._last: tuple[View, View] | None = None

    def render(
        self,
        view: View,
        form: Form,
        name: str | None = None,
        *,
        listed: bool = True,
        place: Mapping[str, str] | None = None,
    ) -> str:
        """One edition in one form. With its file `name` (without ending) the page links its other forms.

        `listed`: an index of all editions lies beside it, which the page links too. `place`: where it is in the service
        (`here`, `base`), where it is a page of that.
        """
        safe = self._cleaned(view)
        if form == "json":
            return json.dumps(to_json(safe), ensure_ascii=False, indent=1) + "\n"
        context = self._context(safe) | {"name": name, "listed": listed} | dict(place or {})
        if form == "html":
            return self._templates.fill("edition.html", form, context)
        context["cautions"] = self._phrases.cautions(safe)
        return _squeezed(self._templates.fill(f"edition.{FORMS[form]}", form, context))

    def message(
        self, view: View, online: str | None = None, unsubscribe: str | None = None, marking: str | None = None
    ) -> Message:
        """The mail of an edition: subject, HTML of at most 95 kB as transferred, and plain text, which is whole.

        `online` is the edition's public address, if it has one; `unsubscribe` an address (https or mailto) by which
        this reader leaves; `marking` begins the addresses at which they say what they think of a story. What does not
        fit into the HTML is told in fewer words, then counted with a link to the edition. Where there is none,
        headlines come before words and links, and only what does not fit is counted.
        """
        safe = self._cleaned(view)
        context = self._context(safe) | {
            "online": link(online or ""),
            "unsubscribe": leaving(unsubscribe or ""),
            "marking": link(marking or ""),
            "preheader": _preheader(safe),
        }

        def fill(level: Level, extent: Extent) -> str:
            shown, rest, more = trimmed(safe, level, extent)
            filled = context | {"view": shown, "level": level, "rest": rest, "more": more}
            return self._templates.fill_mail(filled, MOST_BYTES)

        if context["online"] or not self._templates.asks("mail.html", "rest"):  # a copy may be of before there was one
            html = fitting(len(safe.headlines), fill)
        else:
            everything = len(safe.stories) + len(safe.headlines) + len(safe.known)
            html = fitting_whole(len(safe.headlines), everything, fill)
        text = self._text(safe, context)
        return Message(subject=subject(safe, self._title, self._words), html=html, text=text)

    # --- what pages and feeds of past editions are made of ---

    def slips(self) -> Slips:
        """What is wrong with copied templates and catalogues, in whose place the shipped ones were used."""
        found = self._templates.slips()
        return Slips((*self._words.slips, *found.texts), found.state)

    @property
    def words(self) -> Words:
        return self._words

    @property
    def title(self) -> str:
        """What the whole is called."""
        return self._title

    def subject(self, view: View) -> str:
        """An edition in one line, as the mail's subject has it."""
        return subject(self._cleaned(view), self._title, self._words)

    def index(self, editions: Sequence[tuple[str, Edition]], reads: tuple[str, ...] = ()) -> str:
        """The page of past editions alone, in the order given: each with its file name, counts and top headlines."""
        return self.overview([(name, glance(edition, reads)) for name, edition in editions])

    def overview(self, glances: Sequence[tuple[str, View]], calendar: str = "", feeds: bool = False) -> str:
        """The same of what was made of editions before, with the page of all months and the feeds beside it.

        A name that is empty stands for an edition whose page is gone.
        """
        return self.page("index.html", {"editions": glances, "calendar": calendar, "feeds": feeds})

    def page(self, template: str, context: Mapping[str, Any]) -> str:
        """A page that is no edition, made by a template of its own from what is clean already."""
        return self._templates.fill(
            template, "html", self._shared() | {"counts_of": self._phrases.totals} | dict(context)
        )

    def fragment(self, template: str, view: View, **more: object) -> str:
        """A piece of HTML about an edition; `more` is clean already."""
        safe = self._cleaned(view)
        said = {"cautions": self._phrases.cautions(safe)}
        return self._templates.fill(template, "html", self._context(safe) | said | more)

    def _text(self, safe: View, context: dict[str, Any]) -> str:
        named = {"cautions": self._phrases.cautions(safe)}
        return _squeezed(self._templates.fill("edition.txt", "text", context | named))

    def notice(self, kind: Notice, **values: str) -> str:
        """A page of a few words, for the service: whether to leave, what came of it, that nothing is here."""
        return self.page(
            "notice.html", {"kind": kind, "values": {name: clean(value) for name, value in values.items()}}
        )

    def _cleaned(self, view: View) -> View:
        """The view cleaned; the same one is asked for in every form, one after the other."""
        last = self._last  # another thread may put another one there
        if last is None or last[0] is not view:
            last = self._last = (view, cleaned(view))
        return last[1]

    def _shared(self) -> dict[str, Any]:
        style = self._templates.style()
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
            "moment": lambda moment: self._words.moment(moment, self._zone),
            "dated": lambda moment: self._words.dated(moment, self._zone),
            "figure": self._words.figure,
            "fact": self._words.fact,
            "span": self._words.span,
            "here": "",  # the page of the service that this is; a file is none
            "base": "",  # what the addresses of the service begin with
            "csrf": "",
        }

    def _context(self, safe: View) -> dict[str, Any]:
        zone = self._zone_of(safe)
        titles = dict(safe.topics)
        # The same address met again at the next visit is no new lead.
        ended = safe.footer.outcomes
        outcomes: dict[Outcome, int] = {
            each: ended[each] for each in Outcome if each is not Outcome.SEEN and ended.get(each)
        }
        return self._shared() | {
            "view": safe,
            "top": next(iter(safe.stories), None),
            "counts": self._phrases.counts(safe),
            "cautions": self._phrases.cautions(safe, CAUTIONED),
            "charts": [chart(each, titles.get(each.topic, each.topic), self._words) for each in safe.volumes],
            "zone": zone,
            "moment": lambda moment: self._words.moment(moment, zone),
            "carriage": self._phrases.carriage,
            "wrong": self._phrases.wrong,
            "changed": self._phrases.changed,
            "kept": self._phrases.kept(safe.footer.kept),
            "marking": "",  # where a reader may say what they think of a story
            "topic_title": lambda topic: titles.get(topic, topic),
            "outcomes": self._phrases.outcomes(outcomes),
            "leads": sum(outcomes.values()),
            "lines": _LINES,
            "more": 0,
            "online": "",
            "unsubscribe": "",
        }

    def _zone_of(self, view: View) -> str:
        _, _, zone = view.schedule.partition(" ")
        return zone if time_zone(zone) is not UTC else self._zone


def _preheader(view: View) -> str:
    """What lists of mails show behind the subject: the headlines that it does not name, or what the first one says."""
    others = " · ".join(shorten(story.lead.title, 90) for story in view.stories[1:4])
    if others or not view.stories:
        return others
    story = view.stories[0]
    outlet = f" — {shorten(story.quoted.outlet, 48)}" if story.quoted and len(story.reports) > 1 else ""
    return shorten(joined(story.summary), 180) + outlet


def _squeezed(text: str) -> str:
    """At most two empty lines in a row, none at the ends, no spaces before a line's end."""
    lines: list[str] = []
    empty = 0
    for line in (each.rstrip() for each in text.strip().splitlines()):
        empty = 0 if line else empty + 1
        if empty <= 2:
            lines.append(line)
    return "\n".join(lines) + "\n"
