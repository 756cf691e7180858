"""What does not tell stories apart is turned down: the directions in which reports of one story differ.

Within-class covariance normalisation, known from recognising speakers (Hatch and others, Interspeech 2006): vectors are
multiplied by the inverse root of the mean covariance within a story. Learned from stories told in many languages and by
many newsrooms, it takes out language, length and angle, and leaves what the news is. Pairs of one story among articles
on one subject, best F1 by cosine alone: .53 as encoded and centred, .64 whitened, on stories it was not learned from.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from watcher.stories.meaning.arrays import Array

SHRUNK = 0.3
"""Share of the covariance that is replaced by an even one. Between .15 and .3 nothing changes by more than .01; at .6
half of the gain is lost, at .05 headlines suffer."""
_MOST = 20.0  # documents that a story counts for at most: one told 200 times must not decide what an angle is


def scatter(stories: Iterable[Array]) -> tuple[Array, float]:
    """The summed scatter of vectors (rows of length 1) around their story's mean, and how many it stands for."""
    total: Array | None = None
    count = 0.0
    for rows in stories:
        if len(rows) < 2:
            continue
        weight = min(1.0, _MOST / len(rows))
        apart = (rows - rows.mean(axis=0)).astype(np.float64)
        own = (apart.T @ apart) * weight
        total = own if total is None else total + own
        count += (len(rows) - 1) * weight
    return (np.zeros((0, 0), np.float32), 0.0) if total is None else (total.astype(np.float32), count)


def whitening(scattered: Array, count: float, shrunk: float = SHRUNK) -> Array:
    """The matrix that vectors (rows) are multiplied by, of no scale: only directions count."""
    within = scattered / count
    size = len(within)
    even = np.eye(size) * (np.trace(within) / size)
    values, axes = np.linalg.eigh((1 - shrunk) * within + shrunk * even)
    made = (axes * values**-0.5) @ axes.T
    found: Array = (made / np.abs(made).max()).astype(np.float32)
    return found
