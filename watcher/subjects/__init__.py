"""A new subject: what it is called in every script, what of that is ambiguous, and what its rule would have found.

Rules alone: texts, tables and answers are handed in, nothing is asked or written here.
"""

from __future__ import annotations

from watcher.subjects.beside import Beside, names_beside
from watcher.subjects.names import Name, Proposal, plain_name, proposed, topic_id, variants
from watcher.subjects.trial import Misfit, Sample, Tried, misfits, tried
from watcher.subjects.written import quoted, rule_lines

__all__ = [
    "Beside",
    "Misfit",
    "Name",
    "Proposal",
    "Sample",
    "Tried",
    "misfits",
    "names_beside",
    "plain_name",
    "proposed",
    "quoted",
    "rule_lines",
    "topic_id",
    "tried",
    "variants",
]
