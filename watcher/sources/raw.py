"""What a feed says, before it is judged: strings as they stood there, of whichever format it was."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RawText:
    """A text, and whether it is HTML: True, False, or None where the feed does not say so that one could believe it."""

    value: str = ""
    is_html: bool | None = None


@dataclass(frozen=True, slots=True)
class RawLink:
    """A link as it stood there, and the xml:base it is relative to, if there was one."""

    rel: str
    type: str
    href: str
    base: str = ""


@dataclass(frozen=True, slots=True)
class RawEntry:
    """One entry. `base` is its xml:base, if there was one."""

    id: str = ""
    title: RawText = RawText()
    links: tuple[RawLink, ...] = ()  # best first as far as the format knows one
    summary: RawText = RawText()
    content: RawText = RawText()
    published: str = ""
    updated: str = ""
    language: str = ""
    base: str = ""
    authors: tuple[str, ...] = ()
    guid_is_link: bool = False


@dataclass(frozen=True, slots=True)
class RawFeed:
    """A whole feed. `version` is empty when nothing said which kind of feed it is."""

    version: str = ""
    title: RawText = RawText()
    link: str = ""
    language: str = ""
    generator: str = ""
    links: tuple[RawLink, ...] = ()
    ttl: str = ""
    update_period: str = ""
    update_frequency: str = ""
    skip_hours: tuple[str, ...] = ()
    skip_days: tuple[str, ...] = ()
    entries: tuple[RawEntry, ...] = ()
    whole: bool = True  # False: the document was cut off
