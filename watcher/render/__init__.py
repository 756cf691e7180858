"""Edge: what readers get. The one door to Jinja2, nh3, css-inline and Babel."""

from __future__ import annotations

from watcher.render.calendar import Told, month_name, month_of
from watcher.render.feeds import Feed, Item, atom, json_feed
from watcher.render.files import clear_leftovers, edition_name, write_atomically, write_edition
from watcher.render.items import edition_item, ids_of, saved_item, story_items
from watcher.render.renderer import FORMS, Form, Notice, Renderer, glance
from watcher.render.words import Words

__all__ = [
    "FORMS",
    "Feed",
    "Form",
    "Item",
    "Notice",
    "Renderer",
    "Told",
    "Words",
    "atom",
    "clear_leftovers",
    "edition_item",
    "edition_name",
    "glance",
    "ids_of",
    "json_feed",
    "month_name",
    "month_of",
    "saved_item",
    "story_items",
    "write_atomically",
    "write_edition",
]
