"""robots.txt (RFC 9309): what a host lets us read, and how often. Pure: who asks for the file is a job's business.

It is asked before the first article page of a host. Addresses the user named (feeds, sitemaps, listing pages) are asked
without: a person chose them, as a person chooses an address in a browser.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from protego import Protego

from watcher.types import HostState, Page, Reason, Trouble

TOKEN = "toldonce"  # noqa: S105 - the product token a robots.txt names us by: the start of our user agent
MOST_BYTES = 500 * 1024  # RFC 9309, section 2.5: at least so much is read
KEPT = timedelta(hours=24)  # section 2.4: no longer, unless the file is out of reach
AGAIN = timedelta(minutes=30)  # after a file that could not be had
LONGEST_DELAY = 60.0  # seconds; some write hours, and a feed of thirty articles would take days

# Protego reads these spellings as one.
_AGENT = re.compile(r"(?i)user[- ]?agent(?:\s*:|\s)\s*(.*)")
_ABOUT_THE_SITE = re.compile(r"(?i)(?:site-?maps?|host)(?:\s*:|\s)")


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules of one file, as far as they concern us."""

    text: str  # as `concerning_us` gives it
    _parsed: Protego = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_parsed", Protego.parse(self.text))

    def allows(self, url: str) -> bool:
        return self._parsed.can_fetch(url, TOKEN)

    @property
    def delay(self) -> float:
        """Seconds the host wants between two requests, a minute at most; 0 where it does not say."""
        return min(self._parsed.crawl_delay(TOKEN) or 0.0, LONGEST_DELAY)


def concerning_us(body: bytes) -> str:
    """The groups of a robots.txt that are for everybody or for us.

    Only these are kept and parsed: Protego takes every rule of a group for each agent named above it, and twenty
    thousand agents over as many rules, which half a megabyte holds, would keep it busy for minutes.
    """
    kept: list[str] = []
    names, ours = False, False  # names: the lines above are agents, and the next agent is of the same group
    for raw in body[:MOST_BYTES].decode("utf-8-sig", "replace").replace("\x00", "").splitlines():
        line = raw.partition("#")[0].strip()
        if not line or _ABOUT_THE_SITE.match(line):
            continue
        if agent := _AGENT.fullmatch(line):
            ours = ours and names
            names = True
            if (name := _product(agent[1])) is not None:
                kept.append(f"User-agent: {name}")
                ours = True
        else:
            names = False
            if ours:
                kept.append(line)
    return "\n".join(kept)


def _product(agent: str) -> str | None:
    """`*` or our token where a line names everybody or us, by product token in any case, a version left aside."""
    name = agent.strip().lower()
    if name == "*":
        return name
    return TOKEN if re.match(r"[a-z_-]*", name)[0] == TOKEN else None  # type: ignore[index]  # it always matches


def is_fresh(state: HostState, now: datetime) -> bool:
    """True while what is remembered of the file holds, be it only that it could not be had."""
    if state.robots_at is None:
        return False
    return now - state.robots_at < (KEPT if _is_answer(state.robots_status) else AGAIN)


def heard(state: HostState, answer: Page | Trouble, now: datetime) -> HostState:
    """The host with what its robots.txt answered.

    4xx: there is none, everything is allowed. 5xx, 429 and silence: what was known of it before goes on to hold; where
    nothing was, nothing is allowed for now.
    """
    if isinstance(answer, Page):
        text = concerning_us(answer.body) if answer.status == 200 else ""
        return replace(state, robots=text, robots_status=answer.status, robots_at=now)
    state = replace(state, robots_status=answer.status, robots_at=now)
    if _is_answer(answer.status) or answer.reason in (Reason.REDIRECTS, Reason.FORBIDDEN_ADDRESS, Reason.BAD_ADDRESS):
        # Led in circles or astray: none (section 2.3.1.2). A page at a forbidden address is refused for itself.
        return replace(state, robots="")
    return state


def _is_answer(status: int | None) -> bool:
    return status is not None and status < 500 and status != 429
