"""Edge: `config.toml` and the environment, checked as a whole; every mistake is named with its line, all at once."""

from watcher.config.edit import (
    add_source,
    add_sources,
    change_source,
    remove_source,
    source_lines,
    source_problems,
    source_rows,
)
from watcher.config.load import find_config, load_config
from watcher.config.rules import add_topic, topic_lines, topic_problem
from watcher.config.settings import Config

__all__ = [
    "Config",
    "add_source",
    "add_sources",
    "add_topic",
    "change_source",
    "find_config",
    "load_config",
    "remove_source",
    "source_lines",
    "source_problems",
    "source_rows",
    "topic_lines",
    "topic_problem",
]
