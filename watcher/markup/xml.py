"""XML of a stranger, read piece by piece: no entity, no DTD, no network, bounded in depth; damage costs what it hits.

What stands before the root element (declaration, DOCTYPE and every entity it defines) is never given to the parser: an
entity that nobody defined cannot grow, and names no file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

_NAME = re.compile(r"<([A-Za-z_][\w.:-]{0,60})")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Addresses with a bare "&" are the commonest mistake; left as it is, libxml2 drops it together with the word behind.
_STRAY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,8}|#x[0-9a-fA-F]{1,8});)")
_PIECE = 1 << 16


def root_at(text: str) -> tuple[str, int]:
    """The local name (lower case) of the first element, and where it begins; ("", 0) when there is none."""
    position = 0
    while (position := text.find("<", position)) >= 0:
        if text.startswith("<?", position):
            end = text.find("?>", position)
        elif text.startswith("<!--", position):
            end = text.find("-->", position)
        elif text.startswith("<!", position):
            subset, end = text.find("[", position), text.find(">", position)
            end = text.find("]>", position) if 0 <= subset < end else end
        else:
            match = _NAME.match(text, position)
            return (match[1].rpartition(":")[2].lower(), position) if match else ("", 0)
        if end < 0:
            break
        position = end
    return "", 0


def local_name(element: etree._Element) -> str:
    """An element's name without its namespace or prefix, lower case."""
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(tag, str) else ""


def elements(document: str, name: str) -> Iterator[etree._Element]:
    """Every element of a local name as soon as it is complete, each thrown away after its turn.

    `document` begins with its root element. Behind damage that the parser cannot mend nothing more comes.
    """
    document = _STRAY.sub("&amp;", _ILLEGAL.sub("", document))
    parser = etree.XMLPullParser(
        events=("end",),
        recover=True,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    for start in range(0, len(document), _PIECE):
        try:
            parser.feed(document[start : start + _PIECE])
        except etree.XMLSyntaxError:
            return
        for _, element in parser.read_events():
            if local_name(element) == name:
                yield element
                _forget(element)


def _forget(element: etree._Element) -> None:
    """Empties an element and drops those before it, so that a long list takes no more room than a short one."""
    element.clear(keep_tail=False)
    parent = element.getparent()
    if parent is not None:
        while (before := element.getprevious()) is not None:
            parent.remove(before)
