"""What is special about mail: CSS in attributes, a size above which it is clipped, a subject that is one line."""

from __future__ import annotations

import base64
import html
import quopri
import re
from dataclasses import dataclass, replace

from watcher.digest.view import View
from watcher.render.clean import shorten
from watcher.render.words import Words

# Mail readers clip near 102 kB and may hide the footer; the rest is room for headers and a list's own footer.
MOST_BYTES = 95_000
_SUBJECT_ROOM = 78


@dataclass(frozen=True, slots=True)
class Level:
    """How many words a mail spends: lines under each story, headlines, known stories; whether it has summaries."""

    summaries: bool
    also: int
    headlines: int
    known: int
    failing: int
    stories: int = 1_000


# From everything to hardly anything; the first that fits is sent. The last one fits whatever an edition holds.
LEVELS = (
    Level(summaries=True, also=8, headlines=1_000, known=1_000, failing=50),
    Level(summaries=True, also=8, headlines=120, known=40, failing=20),
    Level(summaries=True, also=4, headlines=60, known=20, failing=10),
    Level(summaries=True, also=2, headlines=30, known=10, failing=5),
    Level(summaries=False, also=2, headlines=20, known=5, failing=5),
    Level(summaries=False, also=0, headlines=10, known=3, failing=3, stories=40),
    Level(summaries=False, also=0, headlines=0, known=0, failing=0, stories=20),
)


def trimmed(view: View, level: Level) -> tuple[View, int]:
    """The view with no more than a level's words, and how many of its stories that leaves out."""
    left = level.stories
    sections = []
    for section in view.sections:
        kept = section.stories[: max(left, 0)]
        left -= len(kept)
        if kept:
            sections.append(replace(section, stories=kept))
    shown = replace(
        view, sections=tuple(sections), headlines=view.headlines[: level.headlines], known=view.known[: level.known]
    )
    more = len(view.stories) + len(view.headlines) + len(view.known)
    return shown, more - len(shown.stories) - len(shown.headlines) - len(shown.known)


def fits(page: str) -> bool:
    """True when a mail part stays below the clipping size in either encoding it may be sent in."""
    data = page.encode("utf-8")
    if len(data) > MOST_BYTES:
        return False
    return max(len(base64.encodebytes(data)), len(quopri.encodestring(data))) <= MOST_BYTES


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
    stories = (*view.stories, *view.headlines)
    if not stories:
        return f"{title}: {words.say('subject_nothing')} · {day}"
    headline = shorten(stories[0].lead.title, _SUBJECT_ROOM) or title
    if len(stories) > 1:
        headline = words.say("more_in_subject", headline=headline, n=len(stories) - 1)
    return f"{headline} · {day}"
