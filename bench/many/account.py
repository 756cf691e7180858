"""What must hold when several daemons shared a database, counted against the hosts' and the mail server's own books.

A page is asked a second time, and a mail comes a second time, for one reason: something was done to the daemon that
asked or sent first, within moments, before it had written that down. Everything else is counted as double.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from many.crowd import GAP, INTERVAL, SPEED, Disturbance, Taken
from many.newsroom import Asked, Newsroom
from watcher.store import SqlStore

# The hosts note when a request came to them, not when it was sent: so much later may one have been on its way.
ON_ITS_WAY = 0.25
# A source is claimed first, and asked when its host's turn comes; the first of two visits may have waited.
WAITED = 4.0
# So long after a request or a mail what was done to its daemon may have kept it from being written down: a database is
# away for ten seconds, and a receipt is tried again as long as its lease holds.
SOON = 12.0


@dataclass
class Account:
    requests: int = 0
    visits: int = 0
    early: int = 0  # sources asked before their interval was over
    double: int = 0  # pages and robots.txt asked again, and nobody was disturbed
    again: int = 0  # the same after a disturbance
    too_fast: int = 0  # requests to a host before its gap was over
    at_once: int = 0  # requests to a host while it was still answering another
    mails: int = 0
    lost_mails: int = 0
    second_copies: int = 0
    unexplained_copies: int = 0
    other_bytes: int = 0
    lost_articles: int = 0
    missing_editions: int = 0
    articles: int = 0
    editions: int = 0
    differing: int = 0  # articles that the quiet daemon's archive has otherwise
    problems: list[str] = field(default_factory=list)

    def is_good(self) -> bool:
        return not (
            self.early
            or self.double
            or self.too_fast
            or self.at_once
            or self.lost_mails
            or self.unexplained_copies
            or self.other_bytes
            or self.lost_articles
            or self.missing_editions
            or self.differing
            or self.problems
        )


def of_requests(account: Account, asked: Sequence[Asked], disturbed: Sequence[Disturbance]) -> None:
    account.requests = len(asked)
    by_host: dict[str, list[Asked]] = defaultdict(list)
    by_path: dict[tuple[str, str], list[Asked]] = defaultdict(list)
    for each in sorted(asked, key=lambda each: each.began):
        by_host[each.host].append(each)
        by_path[each.host, each.path].append(each)
    for host, requests in by_host.items():
        for one, next_one in pairwise(requests):
            account.too_fast += _said(account, next_one.began < one.began + GAP - ON_ITS_WAY, host, one, next_one)
            account.at_once += _said(account, next_one.began < one.ended, host, one, next_one)
    for (_, path), requests in by_path.items():
        if path.endswith(".xml"):
            account.visits += len(requests)
            interval = INTERVAL.total_seconds() / SPEED - WAITED
            for one, next_one in pairwise(requests):
                account.early += _said(account, next_one.began < one.began + interval, "early", one, next_one)
            continue
        for one, next_one in pairwise(requests):
            if is_explained(one.who, one.began, disturbed):
                account.again += 1
            else:
                account.double += _said(account, True, "double", one, next_one)


def _said(account: Account, is_wrong: bool, what: str, one: Asked, next_one: Asked) -> bool:
    if is_wrong:
        apart = f"{next_one.began - one.began:.3f} s apart, the first took {one.ended - one.began:.3f} s"
        account.problems.append(f"{what}: {one.who} {one.path}, then {next_one.who} {next_one.path}, {apart}")
    return is_wrong


def is_explained(who: str, when: float, disturbed: Iterable[Disturbance]) -> bool:
    return any(each.who in ("", who) and each.until >= when - 1 and each.when <= when + SOON for each in disturbed)


def of_mails(
    account: Account,
    store: SqlStore,
    taken: Sequence[Taken],
    disturbed: Sequence[Disturbance],
    schedules: Iterable[str],
) -> None:
    by_mail: dict[tuple[str, str], list[Taken]] = defaultdict(list)
    for each in sorted(taken, key=lambda each: each.when):
        by_mail[each.message, each.recipient].append(each)
    account.mails = len(by_mail)
    rows = {(row.message_id, row.recipient): row for row in store.outbox()}
    for mail, row in rows.items():
        if row.state != "delivered" or mail not in by_mail:
            account.lost_mails += 1
            account.problems.append(f"{mail} is {row.state}, taken {len(by_mail.get(mail, ()))} times: {row.reply}")
    for mail, copies in by_mail.items():
        if mail not in rows:
            account.unexplained_copies += 1
            account.problems.append(f"nobody queued {mail}")
        for one in copies[:-1]:
            account.second_copies += 1
            if not is_explained(one.who, one.when, disturbed):
                account.unexplained_copies += 1
                account.problems.append(f"{one.who} sent {mail}, and it came again, for no reason")
    editions = store.editions(10**6)
    account.editions = len(editions)
    made = {(edition.schedule, edition.date) for edition in editions}
    if len(made) != len(editions):
        account.problems.append("an edition was made twice")
    missing = [each for each in schedules if each not in {schedule for schedule, _ in made}]
    account.missing_editions = len(missing)
    account.problems += [f"no edition of {each}" for each in missing]


def of_articles(account: Account, shared: SqlStore, quiet: SqlStore, room: Newsroom) -> None:
    """The archive beside that of one daemon that nobody disturbed, which read it all at once at the end.

    What it counts as told is another matter: it met every source for the first time. And of an article that two feeds
    tell at one address, whose it is depends on who was asked first.
    """
    told_twice = {piece.url for piece in room.pieces if len(piece.feeds) > 1}
    ours, theirs = _exported(shared, told_twice), _exported(quiet, told_twice)
    account.articles = len(ours)
    lost = theirs.keys() - ours.keys()
    account.lost_articles = len(lost)
    account.problems += [f"lost: {url}" for url in sorted(lost)]
    for url in ours.keys() - lost:
        if ours[url] != theirs.get(url):
            account.differing += 1
            there = theirs.get(url, {})
            other = sorted(name for name in ours[url] if ours[url][name] != there.get(name))
            account.problems.append(f"{url} differs in {other}: {[(ours[url][n], there.get(n)) for n in other][:2]}")


def _exported(store: SqlStore, told_twice: set[str]) -> Mapping[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    for row in store.export():
        apart = {"told", "source", "outlet"} if row["url"] in told_twice else {"told"}
        found[str(row["url"])] = {name: value for name, value in row.items() if name not in apart}
    return found
