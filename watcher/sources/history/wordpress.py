"""The way `wordpress`: the REST API of a WordPress site, where it is open, a day at a time.

    /wp-json/ at the site's root ── not there, or no JSON ──> the front page, which names its API in a header or a link
      └─ posts of the day, page by page                        └─ named there, else ?rest_route= ──> posts ...

Nearly every site has it at its root, so that is asked first: a day costs one request and not three. `after` and
`before` mean the moments they name since WordPress 5.3; before, the time zone was dropped and the site's own clock
meant (class-wp-date-query.php): posts that are dated outside what was asked for show it, and the day is asked for once
more by that clock.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

from watcher import urls
from watcher.errors import ReadError
from watcher.sources import discovery
from watcher.sources.history import spans
from watcher.sources.history.posts import Post, post_of
from watcher.sources.history.rows import rows_of
from watcher.sources.history.steps import mark_of, reckoned
from watcher.types import Estimate, Memory, Page, Reading, Reason, Request, Source, Trouble, Unit, Window

PER_PAGE = (100, 20, 4)  # posts of one answer: the API's most, then fewer where so many were too large to be had
MOST_POSTS = 10_000  # of one day: an agency has a few thousand
_FIELDS = "id,guid,date,date_gmt,link,title,content,excerpt"
_SECOND = timedelta(seconds=1)
_SLACK = timedelta(hours=15)  # no time zone is further from UTC
_MARK = re.compile(r"#api-(root|front|named|route)(-local)?(?:-after-([0-9a-f]*))?$")
_FEED_END = re.compile(r"/(?:feed(?:/(?:rss2?|rdf|atom))?/?|(?:rss|feed|atom|index)\.xml)$", re.IGNORECASE)
_QUERY = re.compile(r"[?&]after=\S*?(?=: |\s|$)")
_CLOSED = frozenset({401, 403, 404, 405, 410, 451, 501})


def requests(source: Source, memory: Memory, window: Window | None) -> tuple[Request, ...]:
    """The posts of the window, by the API at the site's root, or at the address of it that the source has."""
    del memory
    window = spans.wanted(window)
    address = urls.split(source.url)
    if "/wp-json" in source.url or "rest_route=" in source.url:
        return (Request(_posts(_root_in(source.url), _span(window)) + "#api-named"),)
    where = f"{address.scheme}://{address.netloc}" if address else source.url
    return (Request(_posts(f"{where}/wp-json", _span(window)) + "#api-root"),)


def units(source: Source, window: Window) -> tuple[Unit, ...]:
    """A day each."""
    return spans.days(source, "wordpress", window)


def read(source: Source, page: Page, window: Window | None) -> Reading:
    """The posts of one answer and the request for the next; of a front page, where the API is."""
    window = spans.wanted(window)
    step = _step(page.asked)
    if step == "front":
        return Reading(more=(_from_front(source, page, window),))
    answer = _posts_in(page)
    if answer is None:
        if step == "root":
            return Reading(more=(Request(f"{_front(source)}#api-front"),))
        raise ReadError(f"{_shown(page)} is not the REST API of a WordPress site; {_OTHERWISE}")
    posts, whole = answer
    found = tuple(post.lead for post in posts if post.moment is None or window.holds(post.moment))
    if not whole:
        return Reading(found, whole=False, short=f"{_shown(page)} is cut off before its end")
    more, short = _following(posts, page, window)
    return Reading(found, more, short=short)


def estimate(source: Source, page: Page, window: Window) -> Estimate:
    """As many documents as the site counts, or as there are if they always come as often as the first ones; a request
    a day at least, and one for each hundred."""
    hosts = frozenset({urls.host_port(page.url)})
    total, days = _number(page, "x-wp-total"), len(units(source, window))
    reading = read(source, page, window)  # which raises where it is no such interface
    is_told = total is not None
    if total is None and reading.leads:
        dated = [lead.published for lead in reading.leads if lead.published is not None]
        total = reckoned(dated, window.since, window.until) if reading.more else len(reading.leads)
    if total is None:
        return Estimate(None if reading.more else 0, days, hosts)
    size = len(page.body) // max(1, len(reading.leads)) * total
    return Estimate(total, days + total // PER_PAGE[0], hosts, size, about=bool(reading.more) and not is_told)


def refused(source: Source, url: str, trouble: Trouble, window: Window) -> Reading | Trouble:
    """Looks for the API elsewhere where it is not; says plainly where it is closed. Behind the last page is nothing."""
    step, query = _step(url), _query(url)
    number, size = _integer(query.get("page")) or 1, _integer(query.get("per_page")) or PER_PAGE[0]
    if trouble.status == 400 and number > 1:
        return Reading()  # rest_post_invalid_page_number
    if trouble.reason is Reason.TOO_LARGE and size > PER_PAGE[-1]:
        fewer = PER_PAGE[PER_PAGE.index(size) + 1] if size in PER_PAGE else PER_PAGE[-1]
        return Reading(more=(Request(_with(url, per_page=fewer, page=(number - 1) * size // fewer + 1)),))
    if step == "root" and trouble.status in (404, 410):
        return Reading(more=(Request(f"{_front(source)}#api-front"),))
    if step == "front" and trouble.status is not None:
        return Reading(more=(_by_route(source, window),))
    if step != "front" and trouble.status in _CLOSED:
        what = "has no REST API" if trouble.status in (404, 410) else "keeps its REST API closed"
        text = f"{urls.host(url)} {what} ({urls.masked(url.partition('?')[0])} answered {trouble.status}); {_OTHERWISE}"
        return replace(trouble, text=text)
    return replace(trouble, text=_QUERY.sub("", trouble.text))  # it fills a line, and the unit's name says the day


_OTHERWISE = "`--via feed` reads the numbered pages of its feed"


# --- what to ask ---


def _span(window: Window) -> tuple[str, str]:
    """`after` and `before` both leave out the moment they name."""
    form = "%Y-%m-%dT%H:%M:%SZ"
    until = window.until if window.until.microsecond == 0 else window.until + _SECOND
    return f"{window.since - _SECOND:{form}}", f"{until:{form}}"


def _posts(root: str, span: tuple[str, str], size: int = PER_PAGE[0]) -> str:
    after, before = span
    asked = {"after": after, "before": before, "per_page": size, "page": 1, "orderby": "date", "order": "asc"}
    route = root.rstrip("/") + "/wp/v2/posts"
    return f"{route}{'&' if '?' in route else '?'}{urlencode(asked)}&_fields={_FIELDS}"


def _root_in(url: str) -> str:
    """The API's root in an address of it, whatever of it is named."""
    return url.partition("/wp/v2")[0].partition("#")[0]


def _front(source: Source) -> str:
    """The page people read: what the source says, or its feed's address without the feed."""
    if source.site and urls.split(source.site):
        return source.site.partition("#")[0]
    address = urls.split(source.url)
    if address is None:
        return source.url
    path = _FEED_END.sub("/", address.path)
    return f"{address.scheme}://{address.netloc}{path}"


def _from_front(source: Source, page: Page, window: Window) -> Request:
    root = discovery.api_named(page)
    if root is None or not _same_site(root, page.url):
        return _by_route(source, window)
    return Request(_posts(root, _span(window)) + "#api-named")


def _by_route(source: Source, window: Window) -> Request:
    """Without pretty addresses a site has its API in the query, beside its front page."""
    front = _front(source).partition("?")[0]
    return Request(_posts(f"{front[: front.rfind('/') + 1]}?rest_route=", _span(window)) + "#api-route")


def _same_site(one: str, other: str) -> bool:
    return urls.host(one).removeprefix("www.") == urls.host(other).removeprefix("www.")


# --- what came ---


def _posts_in(page: Page) -> tuple[list[Post], bool] | None:
    """The posts of an answer, and whether these are all; None for what is no answer of such an API."""
    try:
        rows, whole = rows_of(page.body)
    except ReadError:
        if page.body.lstrip()[:1] in (b"[", b"{"):
            raise
        return None
    if isinstance(rows, dict):
        if isinstance(rows.get("code"), str):
            raise ReadError(f"the API answered {rows['code'][:80]}; {_OTHERWISE}")
        return None
    posts = [post for row in rows if (post := post_of(row, page.url)) is not None]
    return None if rows and not posts else (posts, whole)


def _following(posts: list[Post], page: Page, window: Window) -> tuple[tuple[Request, ...], str | None]:
    """The next page of the same posts, or the same ones by the site's own clock; or why there is neither."""
    query = _query(page.asked or page.url)
    number, size = _integer(query.get("page")) or 1, _integer(query.get("per_page")) or PER_PAGE[0]
    where = _shown(page)
    match = _MARK.search(page.asked)
    is_local = bool(match and match[2])
    outside = [post for post in posts if post.moment is not None and not window.holds(post.moment)]
    wide = Window(window.since - _SLACK, window.until + _SLACK)
    if 2 * sum(not wide.holds(moment) for post in outside if (moment := post.moment) is not None) > len(posts):
        return (), f"{where} gives posts of other days than it is asked for"
    offset = next((post.ahead for post in outside if post.ahead), None)
    if offset is not None and not is_local:
        local = {"after": f"{window.since - _SECOND + offset:%Y-%m-%dT%H:%M:%S}",
                 "before": f"{window.until + offset:%Y-%m-%dT%H:%M:%S}"}  # fmt: skip
        return (Request(_with(page.asked, page=1, **local) + "-local"),), None
    pages = _number(page, "x-wp-totalpages")
    # Behind a full page there may be more, whatever its headers say: one that counts wrong would cost the rest.
    if len(posts) < size and (pages is None or number >= pages):
        return (), None
    mark = mark_of(str(post.lead.id) for post in posts)
    if not posts or (match and match[3] == mark):
        return (), f"{where} gives the same posts again as page {number} of {pages or 'many'}"
    if number * size >= MOST_POSTS:
        return (), f"{where} has more than {MOST_POSTS:,} posts for {window.since:%Y-%m-%d}"
    kept = f"#api-{_step(page.asked)}{'-local' if is_local else ''}-after-{mark}"
    return (Request(_with(page.asked, page=number + 1).partition("#")[0] + kept),), None


def _with(url: str, **changed: Any) -> str:
    """An address with other values in its query; the fragment stays, but for the mark of the page before."""
    head, _, fragment = url.partition("#")
    for name, value in changed.items():
        head = re.sub(rf"(?<=[?&]){name}=[^&]*", f"{name}={urlencode({'': value})[1:]}", head)
    return f"{head}#{fragment.partition('-after-')[0]}"


def _query(url: str) -> dict[str, str]:
    address = urls.split(url)
    return dict(parse_qsl(address.query)) if address else {}


def _shown(page: Page) -> str:
    """Its address without what was asked for, which fills a line."""
    return urls.masked(page.url.partition("?")[0])


def _step(asked: str) -> str:
    match = _MARK.search(asked)
    return match[1] if match else "root"


def _number(page: Page, name: str) -> int | None:
    return _integer(page.header(name))


def _integer(text: str | None) -> int | None:
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None
