"""Vectors in a file, by the hash of their text: what was encoded once, here or where the file comes from, is not again.

The archive keeps its vectors itself. This is for what is judged without one: `match`, `evaluate`, the labelled sets.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path

from watcher.errors import ReadError
from watcher.ports import Encoder
from watcher.stories.meaning.pieces import text_hash
from watcher.types import Trouble

_MAGIC = b"toldonce vectors 1\n"
_HEAD = struct.Struct("<HI")  # the length of the encoder's name, the size of a vector
_KEY = struct.Struct("<q")


class VectorFile:
    """Satisfies `ports.Encoder`: asks another encoder only for what the file does not hold. `save` writes it.

    Without another encoder, texts that are not in the file have no vector.
    """

    def __init__(self, path: Path, encoder: Encoder | None = None) -> None:
        self._path = path
        self._encoder = encoder
        stored_name, self._held = _read(path)
        self._name = encoder.name if encoder else stored_name
        if stored_name != self._name:
            self._held = {}
        self._changed = False

    @property
    def name(self) -> str:
        return self._name

    def __len__(self) -> int:
        return len(self._held)

    def encode(self, texts: Sequence[str]) -> Future[tuple[bytes, ...] | Trouble]:
        keys = [text_hash(text) for text in texts]
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._held}
        answer: Future[tuple[bytes, ...] | Trouble] = Future()
        if not missing or self._encoder is None:
            answer.set_result(self._known(keys))
            return answer
        asked = self._encoder.encode(list(missing.values()))
        asked.add_done_callback(lambda done: self._keep(done, list(missing), keys, answer))
        return answer

    def close(self) -> None:
        if self._encoder:
            self._encoder.close()

    def save(self, only: Sequence[str] | None = None) -> None:
        """Writes the file if anything is new in it; with `only`, the vectors of those texts alone."""
        held = self._held
        if only is not None:
            wanted = {text_hash(text) for text in only}
            held = {key: vector for key, vector in held.items() if key in wanted}
        if not self._changed and len(held) == len(self._held):
            return
        size = max(map(len, held.values()), default=0)
        name = self._name.encode()
        rows = b"".join(_KEY.pack(key) + held[key] for key in sorted(held) if len(held[key]) == size)
        part = self._path.with_name(self._path.name + ".part")
        part.write_bytes(_MAGIC + _HEAD.pack(len(name), size) + name + rows)
        part.replace(self._path)
        self._changed = False

    def _known(self, keys: Sequence[int]) -> tuple[bytes, ...]:
        return tuple(self._held.get(key, b"") for key in keys)

    def _keep(
        self,
        done: Future[tuple[bytes, ...] | Trouble],
        missing: Sequence[int],
        keys: Sequence[int],
        answer: Future[tuple[bytes, ...] | Trouble],
    ) -> None:
        if done.cancelled():
            answer.cancel()
            answer.set_running_or_notify_cancel()
            return
        if error := done.exception():
            answer.set_exception(error)
            return
        found = done.result()
        if isinstance(found, Trouble):
            answer.set_result(found)
            return
        self._held.update(zip(missing, found, strict=True))
        self._changed = True
        answer.set_result(self._known(keys))


def _read(path: Path) -> tuple[str, dict[int, bytes]]:
    if not path.exists():
        return "", {}
    data = path.read_bytes()
    start = len(_MAGIC) + _HEAD.size
    if not data.startswith(_MAGIC) or len(data) < start:
        raise ReadError(f"{path} is no file of vectors; remove it, and it is made anew")
    length, size = _HEAD.unpack_from(data, len(_MAGIC))
    name = data[start : start + length].decode("utf-8", "replace")
    step = _KEY.size + size
    if (len(data) - start - length) % step:
        raise ReadError(f"{path} ends in the middle of a vector; remove it, and it is made anew")
    return name, {
        _KEY.unpack_from(data, at)[0]: data[at + _KEY.size : at + step] for at in range(start + length, len(data), step)
    }
