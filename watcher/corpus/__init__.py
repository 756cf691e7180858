"""Edge: the seed folder, what the reader already knows."""

from watcher.corpus.check import Finding, check_seeds
from watcher.corpus.edit import add_seed, remove_seed, written
from watcher.corpus.page import read_page
from watcher.corpus.reading import read_seed, read_seeds

__all__ = ["Finding", "add_seed", "check_seeds", "read_page", "read_seed", "read_seeds", "remove_seed", "written"]
