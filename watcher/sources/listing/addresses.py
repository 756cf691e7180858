"""How much an address looks like an article's: what sites put into theirs, whatever their language."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote

from watcher.sources.listing.words import count_words
from watcher.urls import Address, split

_NEVER = frozenset(
    "tag tags category categories kategorie kategorien categoria categorias categoría categorie author authors autor "
    "autoren autores auteur user users profile profiles profil login signin register signup logout account feed feeds "
    "rss search suche buscar busca recherche wp-admin wp-login.php wp-content cdn-cgi newsletter newsletters subscribe "
    "label labels hashtag sitemap share sharer intent cart checkout javascript mailto topics topic thema themen tema "
    "temas temas tagged etiqueta etiquetas columnist columnists contributors contributor staff people person writer writers reporter "
    "journalist journalists redakteur redakteure by u member members company companies organisation organization".split()
)
_NEVER_ALONE = frozenset(  # as the only or last step of a path
    "about about-us contact contact-us kontakt impressum imprint privacy privacy-policy datenschutz terms "
    "terms-of-use terms-of-service agb cookies cookie-policy jobs careers help faq advertise advertising shop store "
    "home news archive archives archiv podcasts videos video events subscribe abo abonnement "
    "contato contacto sobre quem-somos mentions-legales legal accessibility team press presse comments kommentare reacties comentarios commentaires".split()
)
_FILES = re.compile(
    r"\.(?:jpe?g|png|gif|webp|svg|avif|mp3|mp4|m4a|zip|gz|css|js|json|xml|rss|atom|ico|woff2?|pdf|epub|apk|exe)$", re.I
)
_SOCIAL = re.compile(
    r"(?:^|\.)(?:facebook|twitter|x|linkedin|pinterest|instagram|whatsapp|reddit|youtube|tiktok|weibo|threads)\.(?:com|net)$"
    r"|(?:^|\.)(?:t\.me|wa\.me|bsky\.app|telegram\.me|apps\.apple\.com|play\.google\.com)$"
)
_ONLY_DATE = re.compile(r"(?:/[a-z-]{1,20})?/(?:19|20)[0-9]{2}(?:/[0-9]{1,2}){0,2}/?")
_DATE = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}[/_.-]?(?:0?[1-9]|1[0-2])(?:[/_.-]?[0-3]?[0-9])?(?![0-9])")
_PAGE_NUMBER = re.compile(r"/(?:page|seite|pagina|página|p)[/-]?[0-9]{1,5}/?$", re.I)
_PAGE_QUERY = re.compile(
    r"(?:^|&)(?:page|paged|pg|offset|start|seite|pagina|sort|order|filter|view|lang|hl|q|s)=", re.I
)
_ID_QUERY = re.compile(r"(?:^|&)[a-z_]{0,12}(?:id|p|no|num|nr|art|article|story|news)[a-z_]{0,6}=[0-9a-z-]{3,}", re.I)
_ENDING = re.compile(r"\.(?:html?|shtml|php|aspx?|do|jsp|dhtml)$", re.I)
_BREAKS = re.compile(r"[-_+.,~\s]+")
_INDEX = re.compile(r"/(?:index|default|home)\.(?:html?|php|aspx?|shtml|jsp)$", re.I)
_DIGITS = re.compile(r"[0-9]{3,}")


@lru_cache(maxsize=8192)
def likeness(url: str, page_url: str) -> float | None:
    """From 0 (anything) to about 6 (an article for sure); None for what is certainly none."""
    address = split(url)
    if address is None or _is_no_article(address, split(page_url)):
        return None
    path = unquote(address.path, errors="replace")
    steps = [step for step in _INDEX.sub("", path).split("/") if step]
    score = max((_slug(step) for step in steps[-2:]), default=0.0)
    score += 1.5 if _DATE.search(path) else 0.0
    longest = max((len(run) for run in _DIGITS.findall(_DATE.sub("", path))), default=0)
    score += 1.5 if longest >= 5 else 0.75 if longest else 0.0
    score += 1.0 if _ID_QUERY.search(address.query) else 0.0
    score += 0.5 if _ENDING.search(path) else 0.0
    score += 0.25 if len(steps) >= 2 else 0.0
    return score


def is_elsewhere(url: str, page_url: str) -> bool:
    """True for a link that leaves the site."""
    here, there = split(page_url), split(url)
    if here is None or there is None:
        return False
    one, other = here.host.removeprefix("www."), there.host.removeprefix("www.")
    return not (one == other or one.endswith("." + other) or other.endswith("." + one))


def _is_no_article(address: Address, page: Address | None) -> bool:
    path = _INDEX.sub("", address.path).rstrip("/")
    if not path and not _ID_QUERY.search(address.query):
        return True
    if page is not None and address.host == page.host:
        own = _INDEX.sub("", page.path).rstrip("/")
        if path == own and (address.query == page.query or not _ID_QUERY.search(address.query)):
            return True
        if own.startswith(path + "/") and not address.query:
            return True
    if _FILES.search(path) or _SOCIAL.search(address.host) or _PAGE_NUMBER.search(path):
        return True
    if _ONLY_DATE.fullmatch(path) or (_PAGE_QUERY.search(address.query) and not _ID_QUERY.search(address.query)):
        return True
    steps = [step for step in unquote(path, errors="replace").lower().split("/") if step]
    return not _NEVER.isdisjoint(steps) or (bool(steps) and steps[-1] in _NEVER_ALONE)


def _slug(step: str) -> float:
    words = [word for word in _BREAKS.split(_ENDING.sub("", step)) if len(word) > 1 and not word.isdigit()]
    count = sum(max(1, count_words(word)) for word in words if any(map(str.isalpha, word)))
    return (0.0, 0.0, 1.0, 2.0)[count] if count < 4 else 2.5
