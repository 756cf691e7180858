"""Visits sources: asks them, reads what they answer into leads, and follows every lead to its end.

    claim ─> ask the source ─> read it in a worker ─> sift its leads ─> ask their pages ─> extract in a worker
      ^                                                                                          │
      └── next due time <── visit written <── every lead ended <── judged and stored, in batches ┘

`passing` runs it, `asking` is the pace at which hosts are asked, `hosts` what they told us for longer than one request,
`following` the way of an answer to the ends of its leads, `writing` how that reaches the store.
"""

from watcher.poll.parts import Parts
from watcher.poll.passing import Pass
from watcher.poll.writing import total

__all__ = ["Parts", "Pass", "total"]
