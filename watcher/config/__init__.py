"""Edge: `config.toml` and the environment, checked as a whole; every mistake is named with its line, all at once."""

from watcher.config.load import find_config, load_config
from watcher.config.settings import Config

__all__ = ["Config", "find_config", "load_config"]
