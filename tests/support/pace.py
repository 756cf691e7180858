"""Bounds on work that hold on any machine: in seconds of the one they were measured on, whatever runs beside them."""

from __future__ import annotations

import time

_AT_REST = 0.026  # seconds of the processor for the loop below, where the bounds in the tests were measured


def bearable(seconds: float) -> float:
    """So many seconds of that machine's processor, in those that this one takes for the same work now.

    For bounds that only another order of growth breaks: they leave room for several times what was measured.
    """
    return seconds * max(1.0, max(_lap() for _ in range(3)) / _AT_REST)


def _lap() -> float:
    began = time.process_time()
    counts: dict[int, int] = {}
    for number in range(200_000):
        counts[number % 97] = counts.get(number % 89, 0) + len(str(number))
    return time.process_time() - began
