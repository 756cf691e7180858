"""Encoding that nobody waits for: one thread gives an encoder its texts, a batch after the other."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol

from watcher.types import Trouble


class Blocking(Protocol):
    """An encoder that answers when it is done."""

    @property
    def name(self) -> str: ...

    def encode_now(self, texts: Sequence[str]) -> tuple[bytes, ...] | Trouble: ...


class Background:
    """Satisfies `ports.Encoder` with an encoder that blocks."""

    def __init__(self, encoder: Blocking) -> None:
        self._encoder = encoder
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="watcher-encoder")

    @property
    def name(self) -> str:
        return self._encoder.name

    def encode(self, texts: Sequence[str]) -> Future[tuple[bytes, ...] | Trouble]:
        return self._thread.submit(self._encoder.encode_now, tuple(texts))

    def close(self) -> None:
        """Forgets what waits. What is under way is waited for: close the workers first, which ends it."""
        self._thread.shutdown(wait=True, cancel_futures=True)
