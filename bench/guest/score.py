"""The polite-reader score: twenty checks over every request a guest makes, against what it was told before.

The book knows the standards (HTTP caching, Retry-After, RSS) and what the origin answered; nothing of how the client
decides. A check that met no situation to judge has failed: silence proves nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from guest.plots import START, Plot, Said, Stage

CEILING = timedelta(hours=24)
TOLERANCE = timedelta(seconds=1)  # dates in headers are whole seconds
LONGEST_SILENCE = timedelta(days=1, hours=6)  # between two requests: a day's ceiling, a tenth of jitter, skipped hours
ADOPTED_BY = 12  # visits through one permanent redirect: the tenth adopts it, a kill may cost two more

SPREAD = 0.02  # of the minimum: within this, eight of ten feeds would come at one distance

CHECKS = (
    "one request at subscribe",
    "second request conditional",
    "ETag verbatim",
    "Last-Modified verbatim",
    "both sent when both known",
    "updated after 304",
    'updated after "touch"',
    "never invented",
    "none after error bodies",
    "not before minimum",
    "not before max-age/Expires",
    "not before ttl/skipHours/skipDays",
    "Retry-After (seconds)",
    "Retry-After (date)",
    "host-wide rest",
    "restart does not poll early",
    "one connection per host",
    "spacing with jitter",
    "identifying user agent, no cookies/Referer/query junk",
    "301/410 handled",
)
EARLY = range(10, 17)  # the checks that say when not to come
_AGENT = re.compile(r"[A-Za-z][\w.-]*/\d[\w.]* \(\+https?://[^\s()]+\)")
_NEVER_SENT = ("cookie", "referer", "from", "authorization", "x-forwarded-for")


@dataclass(frozen=True)
class Came:
    """One request."""

    moment: datetime
    host: int
    target: str
    headers: Mapping[str, str]  # names in lower case


@dataclass(frozen=True)
class Known:
    """What a guest that heard everything knows of one feed."""

    etag: str | None = None
    modified: str | None = None
    learned: str = ""  # how the validators came: "200", "304", "touch"
    version: int = -1
    fresh: timedelta | None = None
    ttl: timedelta | None = None
    skips: bool = False


@dataclass
class Record:
    """What the book knows of one feed's guest."""

    known: Known = Known()
    before: Known = Known()  # before the last answer, which a kill may have lost
    maybe_lost: bool = False
    last: datetime | None = None
    not_before: dict[int, datetime] = field(default_factory=dict)  # by check
    not_before_lost: dict[int, datetime] = field(default_factory=dict)
    visits: int = 0
    offered: set[str] = field(default_factory=set)
    bad: set[str] = field(default_factory=set)
    following: str | None = None  # where the last answer redirected to
    redirected: int = 0
    gone: bool = False
    gaps: list[float] = field(default_factory=list)
    longest: timedelta = timedelta(0)

    @property
    def surely_known(self) -> Known:
        """What the guest knows whatever a kill has lost: of two answers lost in a row it knows neither."""
        return self.before if self.maybe_lost else self.known


class Book:
    """Answers every request, and writes down what was right and wrong about it."""

    def __init__(self, plots: Iterable[Plot], minimum: timedelta, gap: timedelta) -> None:
        self.plots = {plot.number: plot for plot in plots}
        self.stage = Stage(self.plots)
        self.minimum, self.gap = minimum, gap
        self.records: dict[int, Record] = defaultdict(Record)
        self.seen = dict.fromkeys(range(1, 21), 0)
        self.broken = dict.fromkeys(range(1, 21), 0)
        self.examples: dict[int, str] = {}
        self.restarts: list[datetime] = []
        self.requests = self.early = self.later = self.conditional = self.robots = 0
        self._host_asked: dict[int, datetime] = {}
        self._host_rests: dict[int, tuple[datetime, int]] = {}  # until when, and whose answer said so

    # --- what happens ---

    def came(self, request: Came) -> Said:
        """Judges a request and answers it."""
        if request.target == "/robots.txt":
            self.robots += 1
            return Said(404)
        self.requests += 1
        number, leaf = self._read(request)
        record = self.records[number]
        etag, modified = request.headers.get("if-none-match"), request.headers.get("if-modified-since")
        follows = record.following == request.target.partition("?")[0] and record.last == request.moment
        self._judge_manners(request)
        self._judge_validators(number, record, etag, modified, follows)
        if not follows:
            self._judge_moment(number, record, request)
            self._judge_move(number, record, leaf, request)
            record.visits += 1
        said = self.stage.answer(number, leaf, request.moment, etag, modified)
        self._learn(number, record, request, said, follows)
        return said

    def killed(self, moment: datetime, lost: Iterable[int]) -> None:
        """The guest was restarted; of these feeds it may never have heard the last answer."""
        self.restarts.append(moment)
        for number in lost:
            record = self.records[number]
            record.maybe_lost = True
            for host, (_, whose) in list(self._host_rests.items()):
                if whose == number:
                    del self._host_rests[host]

    def two_at_once(self, host: int) -> None:
        """Two connections to one host were open at a time."""
        self._say(17, False, f"two connections to host {host}")

    def served_alone(self) -> None:
        """A connection was the only one to its host."""
        self._say(17, True)

    # --- judging ---

    def _say(self, check: int, good: bool, what: str = "") -> None:
        self.seen[check] += 1
        if not good:
            self.broken[check] += 1
            self.examples.setdefault(check, what)

    def _read(self, request: Came) -> tuple[int, str]:
        parts = request.target.split("/")
        well = len(parts) == 3 and parts[1].isdigit() and parts[2] in ("feed", "new")
        self._say(19, well, f"asked for {request.target}")
        head = re.match(r"/(\d+)/(\w+)", request.target)
        return (int(head[1]), head[2]) if head else (-1, "")

    def _judge_manners(self, request: Came) -> None:
        agent = request.headers.get("user-agent", "")
        self._say(19, _AGENT.fullmatch(agent) is not None, f"user agent {agent!r}")
        extra = [name for name in _NEVER_SENT if name in request.headers]
        self._say(19, not extra, f"sent {extra}")

    def _judge_validators(
        self, number: int, record: Record, etag: str | None, modified: str | None, follows: bool
    ) -> None:
        sent = [value for value in (etag, modified) if value is not None]
        for value in sent:
            self._say(8, value in record.offered or value in record.bad, f"feed {number}: {value!r} was never offered")
            self._say(9, value not in record.bad, f"feed {number}: {value!r} came with an error")
        options = [record.known, *([record.before] if record.maybe_lost else [])]
        known = next((each for each in options if (each.etag, each.modified) == (etag, modified)), record.known)
        has = known.etag is not None or known.modified is not None
        if not has:
            return
        if record.visits >= 1 and not follows:
            self.later += 1
            self.conditional += bool(sent)
        if record.visits == 1 and not follows:
            self._say(2, bool(sent), f"feed {number}: the second request had no validators")
        if not sent:
            return
        if known.etag is not None and known.modified is not None:
            self._say(5, len(sent) == 2, f"feed {number}: one of two validators sent")
        right = (etag, modified) == (known.etag, known.modified) or len(sent) < 2
        if known.learned in ("304", "touch"):
            self._say(6 if known.learned == "304" else 7, right, f"feed {number}: {sent} and not {known}")
        if known.etag is not None and etag is not None:
            self._say(3, etag == known.etag, f"feed {number}: {etag!r} for {known.etag!r}")
        if known.modified is not None and modified is not None:
            self._say(4, modified == known.modified, f"feed {number}: {modified!r} for {known.modified!r}")

    def _judge_moment(self, number: int, record: Record, request: Came) -> None:
        moment = request.moment
        before = self._host_asked.get(request.host)
        if before is not None:
            self._say(
                18, moment - before >= self.gap - timedelta(milliseconds=1), f"host {request.host}: {moment - before}"
            )
        early: set[int] = set()
        rest = self._host_rests.get(request.host)
        if rest is not None:
            if moment < rest[0] - TOLERANCE:
                early.add(15)
            self._say(15, 15 not in early, f"feed {number} asked {rest[0] - moment} before the end of its host's rest")
            if moment >= rest[0]:
                del self._host_rests[request.host]
        if record.last is not None:
            record.gaps.append((moment - record.last).total_seconds())
            record.longest = max(record.longest, moment - record.last)
            limits = record.not_before_lost if record.maybe_lost else record.not_before
            for check, limit in limits.items():
                good = moment >= limit - TOLERANCE
                self._say(check, good, f"feed {number} asked {limit - moment} early")
                early |= set() if good else {check}
            if any(record.last <= each <= moment for each in self.restarts):
                self._say(16, not early, f"feed {number} asked early after a restart ({sorted(early)})")
        known = record.surely_known
        plot = self.plots.get(number)
        if known.skips and plot is not None:
            inside = moment.hour in plot.skip_hours or moment.weekday() in plot.skip_days
            self._say(12, not inside, f"feed {number} asked at {moment:%a %H:%M}, which it skips")
            early |= {12} if inside else set()
        self.early += bool(early)

    def _judge_move(self, number: int, record: Record, leaf: str, request: Came) -> None:
        plot = self.plots.get(number)
        if plot is None or not (plot.gone or plot.redirect):
            return
        if record.gone:
            self._say(20, record.maybe_lost, f"feed {number} asked after 410")
        if plot.redirect in (302, 303, 307) and request.moment > plot.changes_at:
            self._say(20, leaf == "feed", f"feed {number}: a move for now was adopted")
        if plot.redirect in (301, 308) and request.moment > plot.changes_at:
            good = record.redirected < ADOPTED_BY or leaf == "new"
            self._say(20, good, f"feed {number}: asked at the old address after {record.redirected} redirects")

    # --- learning what the guest was told ---

    def _learn(self, number: int, record: Record, request: Came, said: Said, follows: bool) -> None:
        moment = request.moment
        self._host_asked[request.host] = moment
        (record.offered if said.good else record.bad).update(
            value for value in (said.etag, said.modified) if value is not None
        )
        record.bad -= record.offered
        record.following = said.location
        if said.location is not None:
            record.redirected += not follows
            record.last = moment
            if not follows:
                record.before, record.maybe_lost = record.surely_known, False
                record.not_before_lost = record.not_before = self._limits(moment, record.known, None)
            return
        if not follows:
            record.before, record.maybe_lost = record.surely_known, False
        record.known = self._heard(number, record.known, said, moment)
        record.last = moment
        record.not_before = self._limits(moment, record.known, said)
        record.not_before_lost = self._limits(moment, record.before, None)
        record.gone = record.gone or said.status == 410
        if record.visits == 1 and not follows:
            self._say(1, True)
        if said.retry_after is not None:
            until = moment + said.retry_after
            if until > self._host_rests.get(request.host, (START, 0))[0]:
                self._host_rests[request.host] = (until, number)

    def _heard(self, number: int, known: Known, said: Said, moment: datetime) -> Known:
        if not said.good:
            return replace(known, fresh=None)
        plot = self.plots[number]
        version = sum(each <= moment for each in plot.news)
        if said.status == 304:
            changed = (said.etag, said.modified) != (known.etag, known.modified)
            fresh = known.fresh if said.fresh is None and plot.silent_304 else said.fresh
            learned = "304" if changed else known.learned
            return replace(known, etag=said.etag, modified=said.modified, learned=learned, fresh=fresh)
        learned = "touch" if version == known.version and known.learned else "200"
        skips = bool(plot.skip_hours or plot.skip_days)
        return Known(said.etag, said.modified, learned, version, said.fresh, plot.ttl, skips)

    def _limits(self, moment: datetime, known: Known, said: Said | None) -> dict[int, datetime]:
        limits = {10: moment + self.minimum}
        if said is not None and said.good and known.fresh is not None:
            limits[11] = moment + min(known.fresh, CEILING)
        if known.ttl is not None:
            limits[12] = moment + min(known.ttl, CEILING)
        if said is not None and said.retry_after is not None:
            limits[13 if said.retry_form == "seconds" else 14] = moment + said.retry_after
        return limits

    # --- the end ---

    def close(self, moment: datetime) -> Score:
        """The score at the end of the simulated time."""
        self._judge_first_requests()
        self._judge_jitter()
        forgotten = [number for number, plot in self.plots.items() if self._is_forgotten(plot, moment)]
        return Score(
            checks={check: (self.seen[check], self.broken[check]) for check in self.seen},
            examples=dict(self.examples),
            requests=self.requests,
            conditional=self.conditional / max(self.later, 1),
            early=self.early,
            invented=self.broken[8],
            restarts=len(self.restarts),
            robots=self.robots,
            forgotten=forgotten,
        )

    def _judge_first_requests(self) -> None:
        """A subscription is one request: the second one waits for the minimum like any other."""
        for number in self.plots:
            record = self.records[number]
            one = record.visits > 0 and (not record.gaps or record.gaps[0] >= self.minimum.total_seconds() - 1)
            self._say(1, one, f"feed {number}: {record.visits} visits, the second after {record.gaps[:1]} s")

    def _judge_jitter(self) -> None:
        """Feeds that wish for nothing would all come back at one distance: each must have one of its own."""
        nearest = sorted(
            min(self.records[plot.number].gaps)
            for plot in self.plots.values()
            if len(self.records[plot.number].gaps) >= 3 and not _wishes(plot)
        )
        tenth = len(nearest) // 10
        spread = nearest[-1 - tenth] - nearest[tenth] if nearest else 0.0
        enough = spread >= self.minimum.total_seconds() * SPREAD
        self._say(18, enough, f"{len(nearest)} feeds, their shortest distances within {spread:.0f} s")

    def _is_forgotten(self, plot: Plot, moment: datetime) -> bool:
        record = self.records[plot.number]
        if record.last is None:
            return True
        allowed = LONGEST_SILENCE + len(plot.skip_days) * timedelta(days=1)
        return not record.gone and max(record.longest, moment - record.last) > allowed


def _wishes(plot: Plot) -> bool:
    return bool(plot.max_age or plot.expires or plot.ttl or plot.skip_hours or plot.skip_days)


@dataclass(frozen=True)
class Score:
    """What came out."""

    checks: Mapping[int, tuple[int, int]]  # situations met, broken
    examples: Mapping[int, str]
    requests: int
    conditional: float
    early: int
    invented: int
    restarts: int
    robots: int
    forgotten: list[int]

    def passed(self, check: int) -> bool:
        met, broken = self.checks[check]
        return met > 0 and not broken

    @property
    def points(self) -> int:
        return sum(self.passed(check) for check in self.checks)

    @property
    def is_full(self) -> bool:
        good = self.conditional >= 0.995 and not self.early and not self.invented and not self.forgotten
        return self.points == len(CHECKS) and good

    def table(self) -> str:
        lines = [f"{'':3} {'check':55} {'met':>9} {'broken':>7}"]
        for check, name in enumerate(CHECKS, 1):
            met, broken = self.checks[check]
            example = f"   e.g. {self.examples[check]}" if broken else ""
            lines.append(f"{'ok ' if self.passed(check) else 'NO '} {name:55} {met:9,} {broken:7,}{example}")
        lines += [
            "",
            f"requests {self.requests:,}, robots.txt {self.robots}, restarts {self.restarts}",
            f"conditional after the first {self.conditional:.2%}, early {self.early}, invented {self.invented},"
            f" forgotten {len(self.forgotten)} {self.forgotten[:5] or ''}",
            f"score {self.points}/{len(CHECKS)}",
        ]
        return "\n".join(lines)


def moment_of(seconds: float) -> datetime:
    """Virtual seconds as a moment."""
    return (START + timedelta(seconds=seconds)).astimezone(UTC)
