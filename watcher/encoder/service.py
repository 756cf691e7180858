"""Any service that speaks OpenAI's `/v1/embeddings`: an address of the operator's, asked with the key it needs.

The model's name stands behind a # in the address: `http://127.0.0.1:11434/v1/embeddings#bge-m3`.
"""

from __future__ import annotations

import base64
import binascii
import struct
from collections.abc import Sequence
from typing import Any

from watcher.ports import Post
from watcher.types import Reason, Trouble

_BATCH = 32
_SECONDS = 120.0
_REFUSALS = frozenset({400, 413, 422})  # this request, not us: a text too long, or one it chokes on
_DEFAULT_MODEL = "default"  # servers of one model take any name


def service_name(address: str) -> str:
    """What vectors of this service and model are kept under."""
    url, _, model = address.partition("#")
    return f"{url.partition('?')[0]}#{model or _DEFAULT_MODEL}"


class ServiceEncoder:
    """Encodes over HTTP, a batch at a time. Asking again after a Trouble is the caller's business."""

    def __init__(self, address: str, post: Post, key: str | None = None) -> None:
        self._url, _, model = address.partition("#")
        self._model = model or _DEFAULT_MODEL
        self._post = post
        self._key = key
        self.name = service_name(address)

    def encode_now(self, texts: Sequence[str]) -> tuple[bytes, ...] | Trouble:
        """One vector for each text, empty for an empty one; a Trouble when the service gives none."""
        given = [text for text in texts if text.strip()]
        found: list[bytes] = []
        for start in range(0, len(given), _BATCH):
            batch = given[start : start + _BATCH]
            vectors = self._batch(batch)
            if isinstance(vectors, Trouble) and vectors.status in _REFUSALS:
                vectors = self._one_by_one(batch, vectors)
            if isinstance(vectors, Trouble):
                return vectors
            found.extend(vectors)
        vector = iter(found)
        return tuple(next(vector) if text.strip() else b"" for text in texts)

    def _one_by_one(self, texts: list[str], refusal: Trouble) -> tuple[bytes, ...] | Trouble:
        """One text that a service will not take must not keep back all others: it has no vector."""
        if isinstance(self._batch(["news"]), Trouble):
            return refusal  # it takes nothing at all: none of these texts is to blame
        found: list[bytes] = []
        for text in texts:
            vectors = self._batch([text])
            if isinstance(vectors, Trouble) and vectors.status not in _REFUSALS:
                return vectors
            found.append(b"" if isinstance(vectors, Trouble) else vectors[0])
        return tuple(found)

    def _batch(self, texts: list[str]) -> tuple[bytes, ...] | Trouble:
        body = {"model": self._model, "input": texts, "encoding_format": "float"}
        answer = self._post(self._url, body, key=self._key, seconds=_SECONDS)
        if isinstance(answer, Trouble):
            return answer
        try:
            return _vectors(answer, len(texts))
        except (KeyError, IndexError, TypeError, AttributeError, ValueError) as error:
            text = f"{self._url.partition('?')[0]} did not answer as an embeddings service does ({error})"
            return Trouble(Reason.UNREADABLE, text[:300])


def _vectors(answer: Any, count: int) -> tuple[bytes, ...]:
    from watcher.stories.meaning.arrays import packed

    rows: list[Any] = [None] * count
    for place, entry in enumerate(answer["data"]):
        index = entry.get("index", place)
        if not isinstance(index, int) or not 0 <= index < count:
            raise ValueError(f"a vector for text {index!r} of {count}")
        rows[index] = _numbers(entry["embedding"])
    if any(row is None for row in rows):
        raise ValueError(f"{sum(row is not None for row in rows)} vectors for {count} texts")
    if len({len(row) for row in rows}) != 1 or not rows[0]:
        raise ValueError("vectors of several lengths")
    return packed(rows)


def _numbers(embedding: Any) -> Sequence[float]:
    """Numbers as a list, or as some services write them whatever they were asked for: float32 in base64."""
    if isinstance(embedding, str):
        try:
            data = base64.b64decode(embedding, validate=True)
            return struct.unpack(f"<{len(data) // 4}f", data)
        except (binascii.Error, struct.error) as error:
            raise ValueError("a vector that is neither numbers nor base64") from error
    return [float(number) for number in embedding]
