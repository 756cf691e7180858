"""XML of our own, written so that every parser reads it: what XML 1.0 cannot hold is left out."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree

# The characters that XML 1.0 has no place for, not even as references (its production 2, Char).
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


class Element:
    """An element in one namespace, grown child by child."""

    def __init__(self, name: str, namespace: str) -> None:
        self._namespace = namespace
        self._element = etree.Element(f"{{{namespace}}}{name}", nsmap={None: namespace})

    def add(self, name: str, text: str = "", attributes: Mapping[str, str] | None = None) -> Element:
        """A new child with this text; attributes whose value is empty are left out."""
        child = Element.__new__(Element)
        child._namespace = self._namespace
        child._element = etree.SubElement(self._element, f"{{{self._namespace}}}{name}")
        child.set(attributes or {})
        child._element.text = _legal(text) or None
        return child

    def set(self, attributes: Mapping[str, str]) -> None:
        """Sets attributes; those whose value is empty are left out."""
        for name, value in attributes.items():
            if legal := _legal(value):
                self._element.set(name, legal)

    def document(self) -> str:
        """The whole document with this element as its root."""
        body = etree.tostring(self._element, encoding="unicode", pretty_print=True)
        return f'<?xml version="1.0" encoding="utf-8"?>\n{body}'


def _legal(text: str) -> str:
    return _ILLEGAL.sub("", text)
