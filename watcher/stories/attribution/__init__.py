"""Whom a text names as the origin of its news, and what that says of a story: twelve outlets, one original report.

Only outlets and agencies are origins here, never people, companies or studies: "according to the company" says who
claims something, not who reported it.
"""

from __future__ import annotations

from watcher.stories.attribution.origins import Carried, Origins, origins, outlet_key
from watcher.stories.attribution.outlets import outlet_id, shown_name
from watcher.stories.attribution.reading import Attribution, attributions, is_hearsay

__all__ = [
    "Attribution",
    "Carried",
    "Origins",
    "attributions",
    "is_hearsay",
    "origins",
    "outlet_id",
    "outlet_key",
    "shown_name",
]
