"""What sites write around their articles: found line by line in pages, by sentence in texts that lost their lines."""

from watcher.text.furniture.headline import Opening, opening, story
from watcher.text.furniture.lines import article_span, article_spans, without_furniture
from watcher.text.furniture.notices import furniture

__all__ = ["Opening", "article_span", "article_spans", "furniture", "opening", "story", "without_furniture"]
