"""Importing this module loads everything an extraction needs: the fork server does so once for all workers."""

from __future__ import annotations

from watcher.extract import page  # noqa: F401 - imported for its imports
from watcher.language import identify

identify("This sentence loads the model.")
