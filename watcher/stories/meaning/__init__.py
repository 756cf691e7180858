"""Signal: do both documents mean the same, in whatever words and language?

A document's pieces (`pieces`) are encoded elsewhere (`watcher.encoder`); here their vectors are centred by language and
put together (`means`, `space`), compared, and found again (`nearest`). numpy comes with the encoder: nothing but
`pieces` may be imported where there is none.
"""

from __future__ import annotations

from watcher.stories.meaning.pieces import KINDS, RECIPE, pieces, text_hash

__all__ = ["KINDS", "RECIPE", "pieces", "text_hash"]
