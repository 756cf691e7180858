"""What each feed of the scoring origin does over time: a plot is data, `Stage` plays it.

Nothing here knows how the client works. All feeds have a number; their addresses are /NUMBER/feed and /NUMBER/new.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)  # a Monday
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SERVER_CLOCK_IS_AHEAD = timedelta(hours=26)  # of every Date header: a Retry-After date counts from there
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Trouble:
    """From one moment to another the feed answers with something else; `kind` is a status, or what stands there."""

    since: datetime
    until: datetime
    kind: str  # "500", "404", "html", "empty", "cut", "429 seconds", "429 date", "503 host"


@dataclass(frozen=True)
class Plot:
    number: int
    host: int
    validators: str = "both"  # both | etag | modified | none
    touched_every: timedelta | None = None  # new validators without a new body
    renewed: bool = False  # each 304 carries new validators
    max_age: timedelta | None = None
    age: timedelta | None = None
    expires: timedelta | None = None
    silent_304: bool = False  # a 304 has no cache headers
    ttl: timedelta | None = None
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()
    news: tuple[datetime, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    redirect: int | None = None  # /feed answers with this status from `changes_at` on
    gone: bool = False  # 410 from `changes_at` on
    changes_at: datetime = START + 1.5 * DAY

    def trouble_at(self, moment: datetime) -> str:
        return next((each.kind for each in self.troubles if each.since <= moment < each.until), "")


@dataclass(frozen=True)
class Said:
    """An answer, and what it means to a good guest."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    good: bool = False  # a feed, or the word that it has not changed
    etag: str | None = None
    modified: str | None = None
    fresh: timedelta | None = None  # None: it says nothing
    retry_after: timedelta | None = None
    retry_form: str = ""
    location: str | None = None


@dataclass
class Stage:
    """Plays the plots; remembers of each only how often its validators were renewed."""

    plots: dict[int, Plot]
    renewals: dict[int, int] = field(default_factory=dict)

    def answer(self, number: int, leaf: str, moment: datetime, etag: str | None, modified: str | None) -> Said:
        plot = self.plots.get(number)
        if plot is None or leaf not in ("feed", "new"):
            return Said(404)
        changed = moment >= plot.changes_at
        if changed and plot.gone:
            return Said(410, (("ETag", f'"bad-{number}"'),), etag=f'"bad-{number}"')
        if leaf == "feed" and changed and plot.redirect is not None:
            where = f"/{number}/new"
            return Said(plot.redirect, (("Location", where), ("ETag", f'"bad-{number}"')), location=where)
        if leaf == "new" and not (changed and plot.redirect is not None):
            return Said(404)
        kind = plot.trouble_at(moment)
        return self._in_trouble(plot, kind, moment) if kind else self._feed(plot, moment, etag, modified)

    def _feed(self, plot: Plot, moment: datetime, etag: str | None, modified: str | None) -> Said:
        ours = self._validators(plot, moment)
        tag, date = ours
        matches = etag == tag if etag is not None else modified is not None and modified == date
        if matches and (tag or date):
            if plot.renewed:
                self.renewals[plot.number] = self.renewals.get(plot.number, 0) + 1
                tag, date = self._validators(plot, moment)
            fresh, caching = (None, ()) if plot.silent_304 else _caching(plot, moment)
            return Said(304, _headers(tag, date, caching, moment), b"", True, tag, date, fresh)
        fresh, caching = _caching(plot, moment)
        return Said(200, _headers(tag, date, caching, moment), _body(plot, moment), True, tag, date, fresh)

    def _validators(self, plot: Plot, moment: datetime) -> tuple[str | None, str | None]:
        """Odd on purpose, each in another way: nothing but giving them back byte for byte is right."""
        number, version = plot.number, sum(each <= moment for each in plot.news)
        touched = 0 if plot.touched_every is None else int((moment - START) / plot.touched_every)
        mark = f"{number}.{version}.{touched}.{self.renewals.get(number, 0)}"
        etags = (f'"{mark}"', f'W/"{mark}"', mark, f'W/"{mark}  é;\'"', f"'{mark}\"")
        dates = (format_datetime(START + timedelta(seconds=version), usegmt=True) + f" #{mark}", f"then, {mark} or so")
        tag = etags[number % len(etags)] if plot.validators in ("both", "etag") else None
        return tag, dates[number % len(dates)] if plot.validators in ("both", "modified") else None

    def _in_trouble(self, plot: Plot, kind: str, moment: datetime) -> Said:
        tag, date = f'"bad-{plot.number}-{kind}"', f"bad {kind}"
        headers = _headers(tag, date, (), moment)
        bodies = {
            "html": b"<!doctype html><html><head><title>Just a moment</title></head><body>Checking</body></html>",
            "empty": b'<?xml version="1.0"?><rss version="2.0"><channel><title>Empty</title></channel></rss>',
            "cut": _body(plot, moment)[:-60],
        }
        if kind in bodies:
            return Said(200, headers, bodies[kind], False, tag, date)
        status = int(kind[:3])
        if status not in (429, 503):
            return Said(status, headers, b"trouble", False, tag, date)
        rest, form = (100 * timedelta(minutes=1), "seconds") if "date" not in kind else (2 * HOUR, "date")
        if "host" in kind:
            rest = 3 * HOUR
        there = moment + SERVER_CLOCK_IS_AHEAD
        value = str(int(rest.total_seconds())) if form == "seconds" else format_datetime(there + rest, usegmt=True)
        return Said(status, (*headers, ("Retry-After", value)), b"", False, tag, date, None, rest, form)


def plots_of(feeds: int, days: int, seed: int = 7) -> list[Plot]:
    """A cast of feeds: every misbehaviour and every wish in turn, on hosts with one feed and with many."""
    randomly = random.Random(seed)
    made = []
    for number in range(feeds):
        # Every fifth feed stands on one of a few busy hosts (a platform with many), the others two by two.
        host = number % max(feeds // 50, 1) if number % 5 == 0 else 1000 + number // 2
        made.append(_plot(number, host, timedelta(days=days), randomly))
    return made


def _plot(number: int, host: int, span: timedelta, randomly: random.Random) -> Plot:
    rhythm = randomly.choice((2, 6, 24, 72))  # hours
    news, at = [], START - 3 * DAY
    while at < START + span:
        news.append(at)
        at += timedelta(hours=randomly.expovariate(1 / rhythm) + 0.05)
    plain: dict[str, object] = {
        "validators": ("both", "etag", "modified", "both")[number // 20 % 4],
        "news": tuple(news),
    }
    begins = START + span * randomly.uniform(0.15, 0.5)

    def trouble(kind: str, hours: float) -> dict[str, object]:
        return {"troubles": (Trouble(begins, begins + timedelta(hours=hours), kind),)}

    roles: tuple[dict[str, object], ...] = (
        {},
        {"validators": "both"},
        {"validators": "none"},
        {"touched_every": 5 * HOUR},
        {"renewed": True, "validators": "both"},
        {"max_age": 2 * HOUR},
        {"max_age": 5 * HOUR, "silent_304": True},
        {"max_age": 4 * HOUR, "age": HOUR},
        {"expires": 3 * HOUR},
        {"ttl": 4 * HOUR},
        {"skip_hours": frozenset(range(7))},
        {"skip_days": frozenset({1, 5})},
        trouble("500", 9),
        trouble("404", 30),
        trouble("html", 12),
        trouble("empty", 12) | {"ttl": 2 * HOUR},
        trouble("429 seconds", 3),
        trouble("429 date", 5),
        {"redirect": (301, 302, 308, 307)[number // 20 % 4], "changes_at": START + span * 0.2},
        {"gone": number // 20 % 2 == 0, "changes_at": START + span * 0.4}
        | ({} if number // 20 % 2 == 0 else trouble("cut", 8)),
    )
    role = roles[number % len(roles)]
    if number % 5 == 0 and not role.get("troubles"):
        # A platform that is down as a whole, for all its feeds at once.
        since = START + span * 0.3
        role = role | {"troubles": (Trouble(since, since + 4 * HOUR, "503 host"),)}
    return Plot(number, host, **(plain | role))  # type: ignore[arg-type]  # the fields of a plot, by name


def _caching(plot: Plot, moment: datetime) -> tuple[timedelta | None, tuple[tuple[str, str], ...]]:
    if plot.max_age is not None:
        headers = [("Cache-Control", f"public, max-age={int(plot.max_age.total_seconds())}")]
        if plot.age is not None:
            headers.append(("Age", str(int(plot.age.total_seconds()))))
        return plot.max_age - (plot.age or timedelta(0)), tuple(headers)
    if plot.expires is not None:
        there = moment + SERVER_CLOCK_IS_AHEAD + plot.expires
        return plot.expires - timedelta(seconds=1), (("Expires", format_datetime(there, usegmt=True)),)
    return None, ()


def _headers(
    tag: str | None, date: str | None, more: tuple[tuple[str, str], ...], moment: datetime
) -> tuple[tuple[str, str], ...]:
    ours = (("ETag", tag), ("Last-Modified", date), ("Set-Cookie", "guest=1; Path=/"))
    there = format_datetime(moment + SERVER_CLOCK_IS_AHEAD, usegmt=True)
    return (("Date", there), *((name, value) for name, value in ours if value is not None), *more)


def _body(plot: Plot, moment: datetime) -> bytes:
    said = [
        f"<ttl>{int(plot.ttl.total_seconds() // 60)}</ttl>" if plot.ttl else "",
        "<skipHours>" + "".join(f"<hour>{hour}</hour>" for hour in sorted(plot.skip_hours)) + "</skipHours>",
        "<skipDays>" + "".join(f"<day>{_DAYS[day]}</day>" for day in sorted(plot.skip_days)) + "</skipDays>",
    ]
    told = [(number, each) for number, each in enumerate(plot.news) if each <= moment][-10:]
    items = "".join(
        f"<item><title>{'Nvidia' if number % 20 == 0 else 'Council'} news {plot.number}.{number}</title>"
        f"<link>https://feed{plot.number}.example/{number}</link><guid>{plot.number}.{number}</guid>"
        f"<pubDate>{format_datetime(each)}</pubDate></item>"
        for number, each in reversed(told)
    )
    head = f"<title>Feed {plot.number}</title>{''.join(said)}"
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{items}</channel></rss>'.encode()
