"""A topic's volume as something to look at: bars for a page, cells for a mail, blocks for text, words for everybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from watcher.render.clean import shorten
from watcher.render.words import Words
from watcher.types import Volume

# A month at a glance; the bars of a page are this high at most, each with a gap beside it, in the units of its box.
_DAYS = 30
_HEIGHT = 24
_STEP, _BAR = 4, 3
_BLOCKS = "▁▂▃▄▅▆▇█"
_NOTHING = "·"
_WEEK = 7  # days: what is usual is not known before, as weekends are quiet


@dataclass(frozen=True, slots=True)
class Bar:
    """One day: its place from the left and from the top, its height, and whether it is the edition's own."""

    x: int
    y: int
    height: int
    last: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """The last days of one topic, oldest first, in every way a form may draw them."""

    title: str
    words: str
    bars: tuple[Bar, ...]
    blocks: str
    table: Markup
    width: int
    height: int = _HEIGHT
    bar: int = _BAR


def chart(volume: Volume, title: str, words: Words) -> Chart:
    """How many articles a topic had on each day, the highest day filling the height; a day with any has a bar."""
    days = tuple(max(day, 0) for day in volume.days[-_DAYS:]) or (0,)
    most = max(days)
    return Chart(
        title=shorten(title, 40),
        words=_said(days, len(days) if volume.lived is None else volume.lived, words),
        bars=tuple(_bar(place, day, most, place == len(days) - 1) for place, day in enumerate(days)),
        blocks="".join(_BLOCKS[_share(day, most, len(_BLOCKS)) - 1] if day else _NOTHING for day in days),
        table=_table([_share(day, most, _HEIGHT) for day in days]),
        width=len(days) * _STEP - (_STEP - _BAR),
    )


def _said(days: Sequence[int], lived: int, words: Words) -> str:
    """The chart in words; the average of the days on which there was an archive, where those are a week."""
    most = words.figure(max(days))
    lived = min(lived, len(days))
    if lived < min(_WEEK, len(days)) or not lived:
        return words.say("volume_young", n=days[-1], most=most)
    mean = sum(days) / lived
    return words.say("volume", n=days[-1], mean=words.figure(round(mean, 1 if mean < 10 else 0)), most=most)


def _table(heights: Sequence[int]) -> Markup:
    """The bars of a mail: table cells, as a mail has no pictures. The template's own loops cannot stand in a table,
    whose stray text the inliner of its style sheet would put in front of it.
    """
    last = len(heights) - 1
    cells = (
        f'<td><div class="{"now" if place == last else "bar"}" style="width:5px;height:{height}px;'
        f'background:{"#9c2b1b" if place == last else "#8d887c"}"></div></td>'
        for place, height in enumerate(heights)
    )
    return Markup(  # noqa: S704 - our own numbers
        '<table role="presentation" cellspacing="1" cellpadding="0" style="font-size:0;line-height:0">'
        f'<tbody><tr valign="bottom">{"".join(cells)}</tr></tbody></table>'
    )


def _bar(place: int, day: int, most: int, last: bool) -> Bar:
    height = _share(day, most, _HEIGHT)
    return Bar(place * _STEP, _HEIGHT - height, height, last)


def _share(day: int, most: int, whole: int) -> int:
    """A day's part of the whole: nothing for none, at least 1 for any."""
    return max(round(day / most * whole), 1) if day else 0
