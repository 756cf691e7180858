"""The engines: from a question to the address of each one's own public feed.

None of them documents all of this. Where a fact was read, its place stands beside it; the stored copies of those pages
were read in November 2026.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode

from watcher.sources.query.wording import any_of, names_in, parts_of, within
from watcher.types import Pages, Role, Window


@dataclass(frozen=True, slots=True)
class Question:
    """What an engine is asked: a query in its own syntax, in a language, for so many answers."""

    query: str
    language: str | None = None
    most: int = 30
    window: Window | None = None


@dataclass(frozen=True, slots=True)
class Engine:
    """One engine: how what it finds counts, what its queries may hold, and where it is asked.

    `role` is that of the source: what a news search finds is its outlet's article all the same (`ingest`).
    """

    title: str
    role: Role
    pages: Pages | None  # None: as in [defaults]
    address: Callable[[Question], str]
    most: int  # answers it gives at once
    characters: int  # of a query
    words: int
    names: int = 12  # of a topic: the first names are the ones that find most
    latin: bool = False  # it is in English, or searches an English translation of everything


# Editions as `hl gl ceid`. A wrong set is redirected to a consent page: these are of the list in
# searxng/searxng searx/engines/google_news.py (ceid_list), and of newscatcherapi.com/blog/google-news-rss-search-
# parameters-the-missing-documentaiton.
_GOOGLE = {
    "ar": "ar AE AE:ar", "bg": "bg BG BG:bg", "bn": "bn BD BD:bn", "ca": "ca ES ES:ca", "cs": "cs CZ CZ:cs",
    "de": "de DE DE:de", "el": "el GR GR:el", "en": "en-US US US:en", "es": "es-419 MX MX:es-419", "et": "et EE EE:et",
    "fi": "fi FI FI:fi", "fr": "fr FR FR:fr", "gu": "gu IN IN:gu", "he": "he IL IL:he", "hi": "hi IN IN:hi",
    "hu": "hu HU HU:hu", "id": "id ID ID:id", "it": "it IT IT:it", "ja": "ja JP JP:ja", "ko": "ko KR KR:ko",
    "lt": "lt LT LT:lt", "lv": "lv LV LV:lv", "ml": "ml IN IN:ml", "mr": "mr IN IN:mr", "ms": "ms MY MY:ms",
    "nb": "no NO NO:no", "nl": "nl NL NL:nl", "no": "no NO NO:no", "pa": "pa IN IN:pa", "pl": "pl PL PL:pl",
    "pt": "pt-BR BR BR:pt-419", "ro": "ro RO RO:ro", "ru": "ru RU RU:ru", "sk": "sk SK SK:sk", "sl": "sl SI SI:sl",
    "sr": "sr RS RS:sr", "sv": "sv SE SE:sv", "ta": "ta IN IN:ta", "te": "te IN IN:te", "th": "th TH TH:th",
    "tr": "tr TR TR:tr", "uk": "uk UA UA:uk", "vi": "vi VN VN:vi", "zh": "zh-CN CN CN:zh-Hans",
}  # fmt: skip

# Bing's markets (`mkt`), as in learn.microsoft.com/bing/search-apis (market codes); the feed takes `setlang` and `cc`
# beside it. zh-CN has no news there (searxng/searxng searx/engines/bing_news.py): Taiwan's and Hong Kong's have.
_BING = {
    "ar": "ar-SA", "da": "da-DK", "de": "de-DE", "en": "en-US", "es": "es-ES", "fi": "fi-FI", "fr": "fr-FR",
    "it": "it-IT", "ja": "ja-JP", "ko": "ko-KR", "nl": "nl-NL", "no": "no-NO", "pl": "pl-PL", "pt": "pt-BR",
    "ru": "ru-RU", "sv": "sv-SE", "tr": "tr-TR", "zh": "zh-TW",
}  # fmt: skip

# What GDELT calls a language in `sourcelang:` and in its answers (blog.gdeltproject.org/gdelt-doc-2-0-api-debuts/).
GDELT_LANGUAGES = {
    "ar": "arabic", "bg": "bulgarian", "bn": "bengali", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german",
    "el": "greek", "en": "english", "es": "spanish", "et": "estonian", "fa": "persian", "fi": "finnish", "fr": "french",
    "he": "hebrew", "hi": "hindi", "hr": "croatian", "hu": "hungarian", "id": "indonesian", "it": "italian",
    "ja": "japanese", "ko": "korean", "lt": "lithuanian", "lv": "latvian", "nl": "dutch", "no": "norwegian",
    "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sk": "slovak", "sl": "slovenian",
    "sr": "serbian", "sv": "swedish", "ta": "tamil", "te": "telugu", "th": "thai", "tr": "turkish", "uk": "ukrainian",
    "ur": "urdu", "vi": "vietnamese", "zh": "chinese",
}  # fmt: skip

_ARXIV_FIELDS = ("ti:", "au:", "abs:", "co:", "jr:", "cat:", "rn:", "id:", "all:")


def _google_news(asked: Question) -> str:
    hl, gl, ceid = _GOOGLE.get(asked.language or "en", _GOOGLE["en"]).split()
    span = "when:7d"  # `when:` and `after: before:` are part of the query
    if asked.window is not None:
        span = f"after:{asked.window.since:%Y-%m-%d} before:{_day_after(asked.window.until):%Y-%m-%d}"
    has_own = "when:" in asked.query or "after:" in asked.query
    query = asked.query if has_own else f"{asked.query} {span}"
    return _with("https://news.google.com/rss/search", q=query, hl=hl, gl=gl, ceid=ceid)


def _bing_news(asked: Question) -> str:
    market = _BING.get(asked.language or "en", "en-US")
    language, country = market.split("-")
    return _with(
        "https://www.bing.com/news/search", q=asked.query, format="rss", setlang=language, cc=country, mkt=market
    )


def _hacker_news(asked: Question) -> str:
    """Algolia's search of Hacker News (hn.algolia.com/api). It knows no OR: every word is optional, as hnrss asks it
    (hnrss/hnrss params.go and utils.go), and titles alone are searched."""
    parts = parts_of(asked.query)
    words = " ".join(f'"{word}"' for part in parts for word in part.split())
    terms = {"query": words, "optionalWords": words} if len(parts) > 1 else {"query": f'"{"".join(parts)}"'}
    if asked.window is not None:
        since, until = (int(moment.timestamp()) for moment in (asked.window.since, asked.window.until))
        terms["numericFilters"] = f"created_at_i>={since},created_at_i<{until}"
    return _with(
        "https://hn.algolia.com/api/v1/search_by_date",
        **terms, tags="story", restrictSearchableAttributes="title", hitsPerPage=str(asked.most),
    )  # fmt: skip


def _arxiv(asked: Question) -> str:
    """The manual at arxiv.org/help/api/user-manual: Atom; fields, AND, OR, ANDNOT; one request in three seconds."""
    query = asked.query
    if not any(field in query for field in _ARXIV_FIELDS):
        query = " OR ".join(f'all:"{part}"' for part in parts_of(query))
    if asked.window is not None:
        since, until = (moment.astimezone(UTC) for moment in (asked.window.since, asked.window.until))
        query = f"({query}) AND submittedDate:[{since:%Y%m%d%H%M} TO {until:%Y%m%d%H%M}]"
    return _with(
        "https://export.arxiv.org/api/query",
        search_query=query, sortBy="submittedDate", sortOrder="descending", max_results=str(asked.most),
    )  # fmt: skip


def _gdelt(asked: Question) -> str:
    """DOC 2.0: OR only between round brackets, and brackets only around an OR; it searches an English translation of
    what 65 languages write; at most 250 answers; one request in five seconds."""
    query = asked.query
    if " OR " in query and not query.startswith("("):
        query = f"({query})"
    name = GDELT_LANGUAGES.get(asked.language or "")
    span = {"timespan": "3d"}
    if asked.window is not None:
        moments = [moment.astimezone(UTC) for moment in (asked.window.since, asked.window.until)]
        span = dict(zip(("startdatetime", "enddatetime"), (f"{each:%Y%m%d%H%M%S}" for each in moments), strict=True))
    return _with(
        "https://api.gdeltproject.org/api/v2/doc/doc",
        query=f"{query} sourcelang:{name}" if name and "sourcelang:" not in query else query,
        mode="artlist", format="json", sort="datedesc", maxrecords=str(asked.most), **span,
    )  # fmt: skip


def _reddit(asked: Question) -> str:
    span = "week" if asked.window is None else "all"
    return _with("https://www.reddit.com/search.rss", q=asked.query, sort="new", t=span, limit=str(asked.most))


# Limits: Google's search takes 32 words of a query and passes over the rest; Reddit 512 characters (its API, as in
# rdrr.io/github/jfeldhege/redditoR/man/search_reddit.html), Algolia as many bytes. GDELT answers "too long" without
# saying what is; the others say nothing: there the numbers are what was seen to be asked, with room.
ENGINES: dict[str, Engine] = {
    "google-news": Engine("Google News", "aggregator", None, _google_news, most=100, characters=1_000, words=30),
    "bing-news": Engine("Bing News", "aggregator", None, _bing_news, most=30, characters=400, words=40),
    "hacker-news": Engine(
        "Hacker News", "forum", "never", _hacker_news, most=100, characters=400, words=20, latin=True
    ),
    "arxiv": Engine("arXiv", "primary", "never", _arxiv, most=300, characters=500, words=60, latin=True),
    "gdelt": Engine("GDELT", "aggregator", None, _gdelt, most=250, characters=250, words=40, latin=True),
    "reddit": Engine("Reddit", "forum", "never", _reddit, most=100, characters=500, words=60),
}


def address(engine: str, asked: Question) -> str:
    """Where an engine answers a question."""
    return ENGINES[engine].address(asked)


def query_for(engine: str, names: Sequence[str], language: str | None) -> str | None:
    """A topic's names as a query in an engine's syntax, as many as it takes; None where none of them is of use."""
    about = ENGINES[engine]
    fitting = names_in(names, None if about.latin else language)
    if engine == "hacker-news":  # a phrase among optional words is none: each of its words would find something
        fitting = fitting[:1] if " " in "".join(fitting[:1]) else tuple(filter(str.isalnum, fitting))
    taken = within(fitting, characters=about.characters, words=about.words, most=about.names)
    return any_of(taken) if taken else None


def _day_after(moment: datetime) -> datetime:
    return moment + timedelta(days=1)


def _with(base: str, **parameters: str) -> str:
    return f"{base}?{urlencode(parameters, quote_via=quote, safe=':')}"
