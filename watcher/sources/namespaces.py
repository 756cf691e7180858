"""Namespaces as they are meant: prefixes nobody declared, addresses misspelt, a root in a vocabulary not its own.

The parser knows elements by the namespace they are in; where that is wrong it finds no entries, or takes its slow path.
"""

from __future__ import annotations

import re

_ATOM = "http://www.w3.org/2005/Atom"
_KNOWN = {  # what is meant by a prefix that nobody declared
    "atom": _ATOM,
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "media": "http://search.yahoo.com/mrss/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rss": "http://purl.org/rss/1.0/",
    "rss2": "http://backend.userland.com/rss2",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
}
_OF_ROOT = {"feed": _ATOM, "rss": _KNOWN["rss2"], "rdf": _KNOWN["rdf"], "channel": _KNOWN["rss2"]}
_ROOT = re.compile(r"<((?:[\w.-]{1,60}:)?([\w.-]{1,60}))((?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*)(?=>)")
_DECLARATION = re.compile(r"\s(xmlns(?::[\w.-]{1,60})?)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_DECLARED = re.compile(r"\sxmlns:([\w.-]{1,41})")
_MOST = 200  # prefixes; no feed uses thirty
_OF_ELEMENT = re.compile(r"</?([A-Za-z_][\w.-]{0,40}):")
# By its colon, then back to its prefix: a search that begins at every space takes ten times as long.
_OF_ATTRIBUTE = re.compile(r":[\w.-]{1,40}=[\"']")
_BEFORE_COLON = re.compile(r"\s([A-Za-z_][\w.-]{0,40})\Z")


def meant(document: str) -> str:
    """The document with its root in the namespace that is meant, and every prefix declared that it uses."""
    match = _ROOT.match(document)
    if match is None:
        return document
    name, attributes = match[1], match[3]
    prefix, root = name.rpartition(":")[0], match[2].lower()
    own = {**_KNOWN, prefix: _OF_ROOT.get(root, "")}
    attributes = _DECLARATION.sub(lambda declaration: _declaration(declaration, prefix, root), attributes)
    used = _used(document) - {"xml", "xmlns"}
    missing = sorted(used.difference(_DECLARED.findall(document)))[:_MOST]
    added = "".join(f' xmlns:{prefix}="{own.get(prefix, "urn:undeclared:" + prefix)}"' for prefix in missing)
    return f"<{name}{added}{attributes}{document[match.end() :]}"


def _used(document: str) -> set[str]:
    """The prefixes of elements and attributes."""
    found = set(_OF_ELEMENT.findall(document))
    for colon in _OF_ATTRIBUTE.finditer(document):
        before = _BEFORE_COLON.search(document[max(0, colon.start() - 42) : colon.start()])
        if before:
            found.add(before[1])
    return found


def _declaration(match: re.Match[str], prefix: str, root: str) -> str:
    name, address = match[1], match[2] or match[3] or ""
    known = _SPELLINGS.get(_folded(address))
    if prefix and name == f"xmlns:{prefix}":
        known = known or _OF_ROOT.get(root)
    if name == "xmlns" and root == "rss" and "backend.userland.com" not in address and known != _KNOWN["rss"]:
        return ""  # RSS 2.0 has no namespace: an extension's would make all of it that extension's
    if name == "xmlns" and root == "feed" and "atom" not in address.lower():
        known = _ATOM
    return f' {name}="{known}"' if known else match[0]


def _folded(address: str) -> str:
    return address.strip().lower().replace("https://", "http://", 1).rstrip("/#")


_SPELLINGS = {_folded(address): address for address in _KNOWN.values()}
