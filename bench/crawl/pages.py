"""Pages of news with the weight that such pages have: menus, scripts, styles, teasers, comments around an article."""

from __future__ import annotations

import html
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from crawl.words import ENCODINGS, SPACELESS, WORDS

LANGUAGES = (*WORDS, *SPACELESS)
# Of a hundred pages so many are not in UTF-8; of those some do not say so truly.
_OTHER_ENCODING, _WRONG_LABEL = 0.08, 0.02
_CODE = (
    "function {a}(e,t){{var n=e.{b}||{{}};return t<n.{c}?n.{c}:(n.{b}=t,document.getElementById('{c}'))}}",
    "!function(){{'use strict';for(var i=0;i<{n};i++)window.{a}=window.{a}||[],{a}.push({{id:{n},key:'{b}'}})}}();",
    "var {a}={{url:'https://cdn.example/{b}/{c}.js',async:!0,exports:function(r){{return r.{c}&&r.ascending}}}};",
    'document.write(\'<div class="{a}"><a href="/{b}">{c}</a></div>\');',
)


@dataclass(frozen=True, slots=True)
class Made:
    """One page, and whether its article is on a topic, is decoyed by one, or neither."""

    url: str
    body: bytes
    content_type: str
    kind: str  # "topic", "decoy", "other"
    language: str
    encoding: str


class Writer:
    """Writes pages; the same ones for the same seed."""

    def __init__(self, seed: int, names: Mapping[str, Sequence[str]], decoys: Sequence[str]) -> None:
        self._chance = random.Random(seed)
        self._names, self._decoys = names, decoys

    def page(self, number: int) -> Made:
        """The page of a number; asked for in order, as the seed's chances go on."""
        chance = self._chance
        language = chance.choice(LANGUAGES)
        draw = chance.random()
        kind = "topic" if draw < 0.01 else "decoy" if draw < 0.02 else "other"
        encoding = "utf-8"
        if language in ENCODINGS and chance.random() < _OTHER_ENCODING:
            encoding = chance.choice(ENCODINGS[language])
        label = "utf-8" if encoding != "utf-8" and chance.random() < _WRONG_LABEL else encoding
        markup = self._markup(number, language, kind, label)
        body = markup.encode(encoding, "xmlcharrefreplace")
        kind_of_label = chance.random()
        content_type = f"text/html; charset={label}" if kind_of_label < 0.8 or encoding == "utf-16" else "text/html"
        return Made(
            f"https://blatt-{number % 997}.example/{language}/{number}", body, content_type, kind, language, encoding
        )

    def _markup(self, number: int, language: str, kind: str, label: str) -> str:
        chance = self._chance
        said = self._said(language, kind)
        headline = _sentence(language, chance)[:70]
        if kind == "topic" and chance.random() < 0.7:
            headline = f"{said[0]} {headline}"
        paragraphs = [
            " ".join(_sentence(language, chance) for _ in range(chance.randint(2, 4)))
            for _ in range(chance.randint(6, 14))
        ]
        if said:
            places = (0, *chance.sample(range(len(paragraphs)), 3)) if kind == "topic" else (len(paragraphs) - 1,)
            for place in places:
                paragraphs[place] = f"{chance.choice(said)} {paragraphs[place]}"
        text = "".join(f"<p>{html.escape(paragraph)}</p>\n" for paragraph in paragraphs)
        return _LAYOUT.format(
            language=language,
            label=label,
            headline=html.escape(headline),
            day=1 + number % 28,
            number=number,
            claim=json.dumps(
                {"@type": "NewsArticle", "headline": headline, "datePublished": f"2026-02-{1 + number % 28:02}"}
            ),
            head=self._code(4, 12),
            style=_style(chance.randint(80, 560)),
            menu=_menu(language, chance),
            text=text,
            cards=_cards(language, chance),
            comments=_comments(language, chance),
            foot=self._code(3, 9),
            image=_image(chance.randint(0, 5000)),
        )

    def _said(self, language: str, kind: str) -> list[str]:
        """What is named in the article: names of one topic in the language's letters, or a word that only looks so."""
        if kind == "topic":
            names = self._names.get(language) or self._names["en"]
            return self._chance.sample(names, min(3, len(names)))
        return [self._chance.choice(self._decoys)] if kind == "decoy" else []

    def _code(self, fewest: int, most: int) -> str:
        chance = self._chance
        scripts = []
        for _ in range(chance.randint(fewest, most)):
            lines = [
                chance.choice(_CODE).format(
                    a=_name(chance), b=_name(chance), c=_name(chance), n=chance.randint(1, 99_999)
                )
                for _ in range(chance.randint(4, 24))
            ]
            scripts.append(f"<script>{''.join(lines)}</script>")
        return "\n".join(scripts)


@lru_cache(maxsize=64)
def _sentences(language: str) -> tuple[str, ...]:
    """A stock of sentences: making each one anew would take longer than reading it."""
    chance = random.Random(language)
    return tuple(_new_sentence(language, chance) for _ in range(3000))


def _new_sentence(language: str, chance: random.Random) -> str:
    if language in SPACELESS:
        return "".join(chance.choices(SPACELESS[language], k=chance.randint(20, 45))) + (
            "。" if language != "th" else " "
        )
    words = chance.choices(WORDS[language].split(), k=chance.randint(10, 26))
    return " ".join(words).capitalize() + "."


def _sentence(language: str, chance: random.Random) -> str:
    return chance.choice(_sentences(language))


def _name(chance: random.Random) -> str:
    return "".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=chance.randint(2, 8)))


@lru_cache(maxsize=512)
def _style(rules: int) -> str:
    chance = random.Random(rules)
    return "".join(
        f".{_name(chance)}{{color:#{chance.randrange(1 << 24):06x};margin:{chance.randint(0, 40)}px}}"
        for _ in range(rules)
    )


def _image(length: int) -> str:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return "".join(random.Random(length).choices(letters, k=length))


def _menu(language: str, chance: random.Random) -> str:
    return "".join(
        f'<li class="menu-item menu-item--{n}"><a class="menu-link" href="/section/{n}?a=1&amp;b=2">'
        f"{html.escape(_sentence(language, chance)[:14])}</a></li>"
        for n in range(chance.randint(20, 45))
    )


def _cards(language: str, chance: random.Random) -> str:
    return "".join(
        f'<div class="card card--small"><a href="/story/{n}" class="card__link"><img src="/i/{n}.jpg" alt=""></a>'
        f'<h3 class="card__title"><a href="/story/{n}">{html.escape(_sentence(language, chance)[:60])}</a></h3></div>'
        for n in range(chance.randint(12, 40))
    )


def _comments(language: str, chance: random.Random) -> str:
    return "".join(
        f'<div class="comment"><p>{html.escape(_sentence(language, chance))}</p></div>'
        for _ in range(chance.randint(0, 12))
    )


_LAYOUT = """<!DOCTYPE html><html lang="{language}"><head>
<meta charset="{label}"><title>{headline} | Beispielblatt</title>
<meta property="og:title" content="{headline}"><meta property="og:site_name" content="Beispielblatt">
<meta property="og:type" content="article">
<meta property="article:published_time" content="2026-02-{day:02}T08:00:00Z">
<link rel="canonical" href="/{language}/{number}">
<script type="application/ld+json">{claim}</script>
{head}<style>{style}</style></head><body><header><nav><ul>{menu}</ul></nav></header>
<main><article><h1>{headline}</h1><img src="data:image/png;base64,{image}"><div class="body">{text}</div></article>
<aside>{cards}</aside><section class="comments">{comments}</section></main>{foot}
<footer><ul>{menu}</ul>&copy; Beispielblatt</footer></body></html>"""
