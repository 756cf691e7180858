"""Bytes of pages and XML files made into text and trees, in bounded time; what extraction and sources both stand on.

The one package for lxml's parsers and selectors: `page` (HTML however broken), `xml` (a tree without entities, DTD or
network), `select` (CSS selectors), `decoding` (charsets), `linked_data` (JSON-LD).
"""
