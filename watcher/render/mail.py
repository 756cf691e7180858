"""What is special about mail: CSS in attributes, a size above which it is clipped, a subject that is one line."""

from __future__ import annotations

import base64
import html
import quopri
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from watcher.digest.view import StoryView, View
from watcher.render.clean import link, shorten
from watcher.render.words import Words

# Mail readers clip near 102 kB and may hide the footer; the rest is room for headers and a list's own footer.
MOST_BYTES = 95_000
_SUBJECT_ROOM = 78
# Headlines by which it is seen how many bytes one takes.
_SAMPLED = 40
# Halvings of what is left between a number that fits and one that does not.
_NEARER = 5


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

# Columns of a headline that stands as a line without a link; the widest that lets all stand is taken. With the outlet
# behind it, a line of the narrowest takes 70 bytes in English, 100 in Chinese and 140 in Arabic.
ROOMS = (90, 64, 48, 36)


@dataclass(frozen=True, slots=True)
class Extent:
    """How many headlines have a link, how many more are lines of title and outlet, and the columns of a title there."""

    headlines: int
    lines: int = 0
    room: int = ROOMS[0]


@dataclass(frozen=True, slots=True)
class Rest:
    """What a mail names in a line each: no link, no words, no list."""

    headlines: tuple[StoryView, ...] = ()
    known: tuple[StoryView, ...] = ()
    room: int = ROOMS[0]


Fill = Callable[[Level, Extent], str]
"""The HTML of an edition at a level, to an extent."""


def fitting(headlines: int, fill: Fill) -> str:
    """The page that tells the most and is not clipped, where all it leaves out is one link away.

    Words go first, level by level; where that leaves room for enough headlines, as many stand as fit.
    """
    for level in LEVELS:
        page = _most(level, headlines, level.least, lambda level, count: fill(level, Extent(count)))
        if page:
            return page
    return fill(LEVELS[-1], Extent(0))


def fitting_whole(headlines: int, everything: int, fill: Fill) -> str:
    """The same where there is no link: every headline stands in the page before any word and any link does.

    Of what does not fit even so, as much stands as there is room for.
    """
    for level in LEVELS:
        page = fill(level, Extent(headlines, everything))
        if fits(page):
            return page
        if not fits(fill(level, Extent(0, everything, ROOMS[-1]))):
            continue
        room = next((room for room in ROOMS[:-1] if fits(fill(level, Extent(0, everything, room)))), ROOMS[-1])
        return _most(level, headlines, 0, _lined(fill, everything, room))
    return _most(LEVELS[-1], everything, 0, lambda level, count: fill(level, Extent(0, count, ROOMS[-1])))


def _lined(fill: Fill, everything: int, room: int) -> Callable[[Level, int], str]:
    """Pages by their number of links, all that has none a line."""
    return lambda level, count: fill(level, Extent(count, everything, room))


def _most(level: Level, whole: int, least: int, fill: Callable[[Level, int], str]) -> str:
    """The page with as many of `whole` as fit, found by what a few of them take; empty where that is below `least`."""
    bare = transferred(fill(level, 0))
    if bare > MOST_BYTES:
        return ""
    page = fill(level, whole)
    if fits(page):
        return page
    some = min(whole, _SAMPLED)
    each = (transferred(fill(level, some)) - bare) / max(some, 1)
    count = min(int((MOST_BYTES - bare) / max(each, 1)), whole - 1)
    best, most = "", whole
    while count >= least and not best:
        page = fill(level, count)
        if fits(page):
            best = page
        else:
            most, count = count, min(int(count * 0.95), count - 1)
    for _ in range(_NEARER if best else 0):
        middle = (count + most) // 2
        page = fill(level, middle)
        if middle > count and fits(page):
            best, count = page, middle
        else:
            most = middle
    return best


def trimmed(view: View, level: Level, extent: Extent) -> tuple[View, Rest, int]:
    """The view with no more than a level's words, what has but a line, and how many of its stories are left out."""
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
        headlines=_all_linked(view.headlines[: extent.headlines], level.link),
        known=_all_linked(view.known[: level.known], level.link),
        volumes=view.volumes if level.volumes else (),
    )
    waiting = (*view.stories[len(shown.stories) :], *view.headlines[len(shown.headlines) :])
    recalled = view.known[len(shown.known) :]
    lines = Rest(waiting[: extent.lines], recalled[: max(extent.lines - len(waiting), 0)], extent.room)
    return shown, lines, len(waiting) + len(recalled) - len(lines.headlines) - len(lines.known)


def in_languages(stories: Iterable[StoryView]) -> list[tuple[str, list[StoryView]]]:
    """Stories by the language of their headlines, that of the first one first."""
    groups: dict[str, list[StoryView]] = {}
    for story in stories:
        groups.setdefault(story.lead.language, []).append(story)
    return list(groups.items())


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
    page = _CODE.sub(lambda match: html.unescape(match.group()), inliner.inline(template))
    # The inliner puts the rules it keeps in front of everything; a browser looks for the charset in the first 1,024
    # bytes, and a mail program may in the first line.
    return _HEAD.sub(r"\1\3\2", page, count=1)


_HEAD = re.compile(r"(<head[^>]*>)(.*?)(<meta charset=[^>]*>)", re.DOTALL | re.IGNORECASE)
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
    """The story without its lead's link where that is longer; who is first and who is quoted stays who it was."""
    if len(story.lead.url) <= longest:
        return story
    lead = replace(story.lead, url="")
    first, quoted = (lead if each is story.lead else each for each in (story.first, story.quoted))
    return replace(story, lead=lead, first=first, quoted=quoted)


def _all_linked(stories: Sequence[StoryView], longest: int) -> tuple[StoryView, ...]:
    return tuple(_linked(story, longest) for story in stories)
