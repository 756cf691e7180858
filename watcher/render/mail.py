"""What is special about mail: CSS in attributes, a size above which it is clipped, a subject that is one line."""

from __future__ import annotations

import base64
import html
import quopri
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from watcher.digest.view import StoryView, View
from watcher.render.clean import link, shorten
from watcher.render.words import Words

# Mail readers clip near 102 kB and may hide the footer; the rest is room for headers and a list's own footer.
MOST_BYTES = 95_000
_SUBJECT_ROOM = 78
# Headlines by which it is seen how many bytes one takes.
_SAMPLED = 40


@dataclass(frozen=True, slots=True)
class Level:
    """How many words a mail spends: summaries or none, lines under each story, stories told, known, on shelves.

    It is worth sending where it leaves room for `least` headlines, or for all there are.
    """

    summaries: bool
    also: int
    least: int
    known: int
    failing: int
    stories: int = 1_000
    volumes: bool = True
    link: int = 100_000  # a longer address makes no link: its headline stands without


# From everything to hardly anything; the first that fits is sent. The last one fits whatever an edition holds.
LEVELS = (
    Level(summaries=True, also=8, least=1_000_000, known=1_000, failing=50),
    Level(summaries=True, also=8, least=120, known=40, failing=20),
    Level(summaries=True, also=4, least=60, known=20, failing=10),
    Level(summaries=True, also=2, least=30, known=10, failing=5, link=2_000),
    Level(summaries=False, also=2, least=20, known=5, failing=5, volumes=False, link=1_000),
    Level(summaries=False, also=0, least=0, known=3, failing=3, stories=40, volumes=False, link=500),
    Level(summaries=False, also=0, least=0, known=0, failing=0, stories=20, volumes=False, link=200),
)

Fill = Callable[[Level, int], str]
"""The HTML of an edition at a level, with so many headlines."""


def fitting(headlines: int, fill: Fill) -> tuple[str, Level, int]:
    """The page that tells the most and is not clipped, with its level and its number of headlines.

    Words go first, level by level; where that leaves room for enough headlines, as many stand as fit.
    """
    for level in LEVELS:
        bare = transferred(fill(level, 0))
        if bare > MOST_BYTES:
            continue
        page = fill(level, headlines)
        if fits(page):
            return page, level, headlines
        some = min(headlines, _SAMPLED)
        each = (transferred(fill(level, some)) - bare) / max(some, 1)
        count = min(int((MOST_BYTES - bare) / max(each, 1)), headlines - 1)
        while count >= level.least:
            page = fill(level, count)
            if fits(page):
                return page, level, count
            count = min(int(count * 0.95), count - 1)
    return fill(LEVELS[-1], 0), LEVELS[-1], 0


def trimmed(view: View, level: Level, headlines: int) -> tuple[View, int]:
    """The view with no more than a level's words, and how many of its stories that leaves out."""
    left = level.stories
    sections = []
    for section in view.sections:
        kept = tuple(_linked(story, level.link) for story in section.stories[: max(left, 0)])
        left -= len(kept)
        if kept:
            sections.append(replace(section, stories=kept))
    shown = replace(
        view,
        sections=tuple(sections),
        shelves=tuple(replace(shelf, stories=_all_linked(shelf.stories, level.link)) for shelf in view.shelves),
        headlines=_all_linked(view.headlines[:headlines], level.link),
        known=_all_linked(view.known[: level.known], level.link),
        volumes=view.volumes if level.volumes else (),
    )
    more = len(view.stories) + len(view.headlines) + len(view.known)
    return shown, more - len(shown.stories) - len(shown.headlines) - len(shown.known)


def transferred(page: str) -> int:
    """Bytes of a mail part in the encoding it is sent in: the shorter one of quoted-printable and base64."""
    data = page.replace("\n", "\r\n").encode("utf-8")
    escaped = len(data.translate(None, _UNESCAPED))
    if escaped * 2 > len(data) / 3:
        return len(base64.encodebytes(data).replace(b"\n", b"\r\n"))
    return len(quopri.encodestring(data))


def fits(page: str) -> bool:
    """True when a mail part stays below the size at which mail readers clip."""
    return transferred(page) <= MOST_BYTES


def inlined(template: str) -> str:
    """A template with its style sheet in `style` attributes; the rules for dark screens stay where they are.

    Nothing is loaded, whatever a sheet names, and the template's own code comes back as it was written.
    """
    from css_inline import CSSInliner

    inliner = CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
    return _CODE.sub(lambda match: html.unescape(match.group()), inliner.inline(template))


_CODE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)


def subject(view: View, title: str, words: Words) -> str:
    """The top headline, how many more there are, and the date: one line."""
    day = words.short_day(view.date)
    shelved = (story for shelf in view.shelves for story in shelf.stories)
    stories = (*view.stories, *shelved, *view.headlines)
    if not stories:
        return f"{title}: {words.say('subject_nothing')} · {day}"
    first = stories[0]
    headline = shorten(first.machine.headline if first.machine else first.lead.title, _SUBJECT_ROOM) or title
    if len(stories) > 1:
        headline = words.say("more_in_subject", headline=headline, n=len(stories) - 1)
    return f"{headline} · {day}"


def leaving(address: str) -> str:
    """An address by which a reader may leave, if it is one: of the web, or of a mail."""
    return address if _MAILTO.fullmatch(address) else link(address)


_MAILTO = re.compile(r"mailto:[A-Za-z0-9._%+@?=&-]+")
# What quoted-printable leaves as it is.
_UNESCAPED = bytes(byte for byte in range(128) if byte != ord("="))


def _linked(story: StoryView, longest: int) -> StoryView:
    """The story without its lead's link where that is longer."""
    return story if len(story.lead.url) <= longest else replace(story, lead=replace(story.lead, url=""))


def _all_linked(stories: Sequence[StoryView], longest: int) -> tuple[StoryView, ...]:
    return tuple(_linked(story, longest) for story in stories)
