"""Encoding that nobody waits for: one thread gives an encoder its texts, a batch after the other."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Protocol

from watcher.types import Trouble

Answer = Future[tuple[bytes, ...] | Trouble]
_CLOSING_SECONDS = 1.0


class Blocking(Protocol):
    """An encoder that answers when it is done."""

    @property
    def name(self) -> str: ...

    def encode_now(self, texts: Sequence[str]) -> tuple[bytes, ...] | Trouble: ...


class Background:
    """Satisfies `ports.Encoder` with an encoder that blocks.

    Not a ThreadPoolExecutor: the interpreter would join its thread at exit, and a service that never answers would keep
    the program for two minutes.
    """

    def __init__(self, encoder: Blocking) -> None:
        self._encoder = encoder
        self._tasks: SimpleQueue[tuple[Answer, tuple[str, ...]] | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = False

    @property
    def name(self) -> str:
        return self._encoder.name

    def encode(self, texts: Sequence[str]) -> Answer:
        answer: Answer = Future()
        with self._lock:
            if self._closed:
                answer.cancel()
                answer.set_running_or_notify_cancel()
                return answer
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="watcher-encoder", daemon=True)
                self._thread.start()
            self._tasks.put((answer, tuple(texts)))
        return answer

    def close(self) -> None:
        """Forgets what waits. What is under way has a second; close the workers first, which ends it."""
        with self._lock:
            already, self._closed = self._closed, True
        if self._thread is not None and not already:
            self._tasks.put(None)
            self._thread.join(_CLOSING_SECONDS)

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None:
            answer, texts = task
            if self._closed:
                answer.cancel()
            if not answer.set_running_or_notify_cancel():
                continue
            try:
                answer.set_result(self._encoder.encode_now(texts))
            except BaseException as error:  # noqa: BLE001 - whoever asks the future for its result gets it
                answer.set_exception(error)
