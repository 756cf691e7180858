"""The newsroom's web pages: six layouts, each with all that surrounds an article on a real page.

Header, navigation, cookie banner, sharing, sidebar, related links, newsletter, comment form, footer: what an extractor
has to leave out. Layouts differ in how they mark the article and where they say its date, as real ones do.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from watcher.demo.content import Outlet, Piece
from watcher.demo.markup import body_html, first_paragraphs


@dataclass(frozen=True, slots=True)
class Sight:
    """What one page is made from."""

    outlet: Outlet
    base: str
    piece: Piece
    moment: datetime
    words: Mapping[str, str]  # the phrases of the outlet's language
    others: Sequence[Piece]  # further pieces of the outlet, newest first

    @property
    def url(self) -> str:
        return self.base + self.piece.path


def write_page(sight: Sight) -> bytes:
    """The article's page in its outlet's layout and encoding."""
    outlet = sight.outlet
    text = (
        f'<!DOCTYPE html>\n<html lang="{outlet.language}"{_direction(outlet)}>\n<head>\n'
        f'<meta charset="{outlet.encoding}">\n{_head(sight)}</head>\n{_LAYOUTS[outlet.layout](sight)}</html>\n'
    )
    return text.encode(outlet.encoding, "xmlcharrefreplace")


def write_front_page(outlet: Outlet, feed_type: str, pieces: Sequence[Piece], words: Mapping[str, str]) -> bytes:
    """The outlet's front page: headlines, and the feed where a discovery looks for it."""
    items = "".join(
        f'<li><h2><a href="{escape(piece.path)}">{escape(piece.title)}</a></h2><p>{escape(piece.summary)}</p></li>\n'
        for piece in pieces
    )
    text = (
        f'<!DOCTYPE html>\n<html lang="{outlet.language}"{_direction(outlet)}>\n<head>'
        f'<meta charset="{outlet.encoding}"><title>{escape(outlet.name)}</title>\n'
        f'<link rel="alternate" type="{feed_type}" title="{escape(outlet.name)}" href="{outlet.address}"></head>\n'
        f"<body>{_masthead(outlet)}<main><ul>{items}</ul></main>{_footer(outlet, words)}</body></html>\n"
    )
    return text.encode(outlet.encoding, "xmlcharrefreplace")


def write_consent_wall(outlet: Outlet, base: str, back: str, words: Mapping[str, str]) -> bytes:
    """What an outlet shows in place of the article until the reader has agreed to be watched."""
    text = (
        f'<!DOCTYPE html>\n<html lang="{outlet.language}">\n<head><meta charset="{outlet.encoding}">'
        f"<title>{escape(outlet.name)} – {escape(words['consent_title'])}</title>"
        '<meta name="robots" content="noindex"></head>\n<body class="cmp consent-wall">\n'
        f'<div id="cmp-dialog" role="dialog" aria-modal="true"><h1>{escape(words["consent_title"])}</h1>\n'
        f"<p>{escape(words['consent'])}</p>\n"
        f'<form action="{base}/consent" method="post"><input type="hidden" name="back" value="{escape(back)}">'
        f"<button>{escape(words['accept'])}</button> <button>{escape(words['settings'])}</button></form></div>\n"
        "</body></html>\n"
    )
    return text.encode(outlet.encoding, "xmlcharrefreplace")


# --- the parts of a page ----------------------------------------------------------------------------------------------


def _direction(outlet: Outlet) -> str:
    return ' dir="rtl"' if outlet.language == "ar" else ""


def _head(sight: Sight) -> str:
    piece, outlet = sight.piece, sight.outlet
    title = escape(piece.title)
    if outlet.layout == "board":  # an old system: a title and nothing else
        return f"<title>{title} :: {escape(outlet.name)}</title>\n"
    authors = "".join(f'<meta name="author" content="{escape(author)}">\n' for author in piece.authors)
    return (
        f"<title>{title} | {escape(outlet.name)}</title>\n"
        f'<meta name="description" content="{escape(piece.summary)}">\n{authors}'
        f'<link rel="canonical" href="{sight.url}">\n'
        f'<meta property="og:type" content="article">\n<meta property="og:title" content="{title}">\n'
        f'<meta property="og:site_name" content="{escape(outlet.name)}">\n'
        f'<meta property="og:url" content="{sight.url}">\n'
        f'<meta property="og:image" content="{sight.base}/img/lead.png">\n'
        f'<meta property="article:published_time" content="{sight.moment.isoformat()}">\n'
        f'<link rel="stylesheet" href="/static/site.css">\n{_linked_data(sight)}'
    )


def _linked_data(sight: Sight) -> str:
    if sight.outlet.layout not in ("agency", "broadsheet", "magazine"):
        return ""
    data: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": sight.piece.title,
        "datePublished": sight.moment.isoformat(),
        "author": [{"@type": "Person", "name": author} for author in sight.piece.authors],
        "publisher": {"@type": "NewsMediaOrganization", "name": sight.outlet.name},
        "mainEntityOfPage": sight.url,
        "isAccessibleForFree": "paywall" not in sight.outlet.manners,
    }
    if "paywall" in sight.outlet.manners:
        data["hasPart"] = {"@type": "WebPageElement", "isAccessibleForFree": False, "cssSelector": ".premium"}
    text = json.dumps(data, ensure_ascii=False).replace("</", "<\\/")
    return f'<script type="application/ld+json">{text}</script>\n'


def _masthead(outlet: Outlet) -> str:
    sections = "".join(f'<li><a href="/#s{n}">{escape(name)}</a></li>' for n, name in enumerate(outlet.sections))
    return (
        f'<header class="masthead"><a class="logo" href="/">{escape(outlet.name)}</a>'
        f'<p class="claim">{escape(outlet.tagline)}</p></header>\n<nav class="sections"><ul>{sections}</ul></nav>\n'
    )


def _cookie_banner(sight: Sight) -> str:
    words = sight.words
    return (
        f'<div id="cookie-banner" class="cookie-consent" role="dialog"><p>{escape(words["cookies"])}</p>'
        f"<button>{escape(words['accept'])}</button><button>{escape(words['settings'])}</button></div>\n"
    )


def _links(sight: Sight, limit: int) -> str:
    own = [(piece.title, piece.path) for piece in sight.others[:limit]]
    foreign = [(title, f"/more/{number}") for number, title in enumerate(sight.piece.related, 1)]
    return "".join(f'<li><a href="{escape(path)}">{escape(title)}</a></li>\n' for title, path in foreign + own)


def _related(sight: Sight, limit: int = 4) -> str:
    links = _links(sight, limit)
    return f'<aside class="related"><h3>{escape(sight.words["related"])}</h3>\n<ul>{links}</ul></aside>\n'


def _newsletter(sight: Sight) -> str:
    return (
        f'<div class="newsletter-signup"><h4>{escape(sight.words["newsletter"])}</h4>'
        f'<p>{escape(sight.outlet.newsletter)}</p><form><input type="email" name="mail">'
        f"<button>{escape(sight.words['subscribe'])}</button></form></div>\n"
    )


def _sharing(sight: Sight) -> str:
    return (
        f'<div class="share-buttons"><span>{escape(sight.words["share"])}</span> <a href="#fb">Facebook</a> '
        '<a href="#x">X</a> <a href="#wa">WhatsApp</a> <a href="#mail">E-Mail</a></div>\n'
    )


def _comments(sight: Sight) -> str:
    words = sight.words
    return (
        f'<section id="comments" class="comments-area"><h3>{escape(words["comments"])}</h3>'
        f'<form id="commentform" class="comment-form"><label>{escape(words["name"])}<input name="author"></label>'
        f'<label>{escape(words["comment"])}<textarea name="comment"></textarea></label>'
        f"<button>{escape(words['send'])}</button></form></section>\n"
    )


def _footer(outlet: Outlet, words: Mapping[str, str]) -> str:
    return (
        f'<footer class="site-footer"><p>{escape(outlet.imprint)}</p><ul><li><a href="/imprint">'
        f'{escape(words["imprint"])}</a></li><li><a href="/privacy">{escape(words["privacy"])}</a></li></ul></footer>\n'
    )


def _byline(sight: Sight) -> str:
    names = ", ".join(sight.piece.authors) or sight.outlet.name
    moment = sight.moment.strftime("%Y-%m-%d %H:%M")
    return (
        f'<div class="byline"><span class="author" rel="author">{escape(names)}</span> '
        f'<time datetime="{sight.moment.isoformat()}">{moment}</time></div>\n'
    )


def _body(sight: Sight) -> str:
    """The article's text; behind a paywall its beginning and an offer."""
    if "paywall" not in sight.outlet.manners:
        return body_html(sight.piece)
    words = sight.words
    return (
        f'{first_paragraphs(sight.piece, 1)}\n<div class="paywall premium-offer" data-paywall="true">'
        f"<h3>{escape(words['paywall_title'])}</h3><p>{escape(words['paywall'])}</p>"
        f'<a class="button" href="/abo">{escape(words["subscribe"])}</a></div>'
    )


# --- the layouts ------------------------------------------------------------------------------------------------------


def _agency(sight: Sight) -> str:
    return (
        f'<body class="story">\n{_masthead(sight.outlet)}<main id="main">\n<article>\n'
        f'<h1>{escape(sight.piece.title)}</h1>\n{_byline(sight)}<div class="story-text">\n{_body(sight)}\n</div>\n'
        f"</article>\n{_related(sight)}</main>\n{_footer(sight.outlet, sight.words)}{_cookie_banner(sight)}</body>\n"
    )


def _broadsheet(sight: Sight) -> str:
    return (
        f'<body>\n{_cookie_banner(sight)}<div class="page">\n{_masthead(sight.outlet)}'
        f'<div class="columns"><div class="column-main" role="main">\n<article class="article" itemscope '
        f'itemtype="https://schema.org/NewsArticle">\n<header><h1 itemprop="headline">{escape(sight.piece.title)}</h1>'
        f"{_byline(sight)}{_sharing(sight)}</header>\n"
        f'<div class="article-body" itemprop="articleBody">\n{_body(sight)}\n</div>\n</article>\n'
        f'{_newsletter(sight)}{_comments(sight)}</div>\n<div class="column-side sidebar">{_related(sight, 6)}</div>'
        f"</div>\n{_footer(sight.outlet, sight.words)}</div></body>\n"
    )


def _magazine(sight: Sight) -> str:
    return (
        f'<body class="single">\n{_masthead(sight.outlet)}<main>\n<article class="post">\n'
        f'<figure class="hero"><img src="/img/lead.png" alt=""></figure>\n'
        f'<h1 class="headline">{escape(sight.piece.title)}</h1>\n{_byline(sight)}'
        f'<section class="post-content">\n{_body(sight)}\n</section>\n{_sharing(sight)}</article>\n'
        f"{_newsletter(sight)}{_related(sight)}{_comments(sight)}</main>\n{_footer(sight.outlet, sight.words)}"
        f"{_cookie_banner(sight)}</body>\n"
    )


def _wordpress(sight: Sight) -> str:
    return (
        f'<body class="post-template-default single single-post">\n<div id="page" class="site">\n'
        f'{_masthead(sight.outlet)}<div id="content" class="site-content"><div id="primary" class="content-area">'
        f'<main class="site-main">\n<article class="post type-post status-publish hentry">\n'
        f'<header class="entry-header"><h1 class="entry-title">{escape(sight.piece.title)}</h1>'
        f'<div class="entry-meta">{_byline(sight)}</div></header>\n'
        f'<div class="entry-content">\n{_body(sight)}\n{_sharing(sight)}</div>\n'
        f'<footer class="entry-footer"><span class="cat-links">{escape(sight.outlet.sections[0])}</span></footer>'
        f"</article>\n{_comments(sight)}</main></div>\n"
        f'<aside id="secondary" class="widget-area">{_newsletter(sight)}{_related(sight, 5)}</aside></div>\n'
        f"{_footer(sight.outlet, sight.words)}{_cookie_banner(sight)}</div></body>\n"
    )


def _portal(sight: Sight) -> str:
    moment = sight.moment.strftime("%Y-%m-%d %H:%M")
    return (
        f'<body>\n{_masthead(sight.outlet)}<div class="breadcrumb"><a href="/">{escape(sight.outlet.name)}</a> &gt; '
        f'{escape(sight.outlet.sections[0])}</div>\n<div class="wrap"><div class="main-left">\n'
        f'<h1 class="title">{escape(sight.piece.title)}</h1>\n<div class="info"><span>{moment}</span> '
        f"<span>{escape(', '.join(sight.piece.authors) or sight.outlet.name)}</span></div>\n"
        f'<div class="content" id="artibody">\n{_body(sight)}\n</div>\n{_sharing(sight)}</div>\n'
        f'<div class="main-right sidebar">{_related(sight, 6)}{_newsletter(sight)}</div></div>\n'
        f"{_footer(sight.outlet, sight.words)}</body>\n"
    )


def _board(sight: Sight) -> str:
    """Tables all the way down, as sites of the turn of the century still serve them."""
    sections = " | ".join(f'<a href="/">{escape(name)}</a>' for name in sight.outlet.sections)
    moment = sight.moment.strftime("%d.%m.%Y %H:%M")
    return (
        f'<body bgcolor="#ffffff">\n<table width="100%" border="0"><tr><td colspan="2">'
        f'<b>{escape(sight.outlet.name)}</b><br>{sections}</td></tr>\n<tr><td width="180" valign="top" class="menu"><b>'
        f'{escape(sight.words["related"])}</b><ul>{_links(sight, 6)}</ul></td>\n<td valign="top">\n'
        f"<h1>{escape(sight.piece.title)}</h1>\n<small>{moment}, {escape(', '.join(sight.piece.authors))}</small>\n"
        f'<div class="text">\n{_body(sight)}\n</div>\n</td></tr>\n'
        f'<tr><td colspan="2" class="footer"><small>{escape(sight.outlet.imprint)}</small></td></tr></table></body>\n'
    )


_LAYOUTS: Mapping[str, Callable[[Sight], str]] = {
    "agency": _agency,
    "broadsheet": _broadsheet,
    "magazine": _magazine,
    "wordpress": _wordpress,
    "portal": _portal,
    "board": _board,
}
