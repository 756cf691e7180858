"""Any service that speaks OpenAI's `/v1/chat/completions`: an address of the operator's, asked with the key it needs.

Nothing is sent that not every such service knows: model, messages, and how long an answer may be.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from typing import Any

from watcher.machine.speech import messages, said
from watcher.ports import Post
from watcher.types import MachineAnswer, Reason, Trouble, Wording
from watcher.urls import masked

KEY = "WATCHER_MACHINE__KEY"
SECONDS = 60.0
_MOST_BYTES = 1_048_576  # 20 headlines and their summaries are 30 kB; a model's thoughts may come with them
_WRAPPED = 64  # tokens that a service adds around what is said: roles, beginning, end
# Models that reason think within this; without it a headline would be cut off before its first word.
_THINKING = 2_048
_MOST_TOKENS = 10**9
_REFUSALS = frozenset({400, 422})
_LIMITS = ("max_tokens", "max_completion_tokens")  # newer models of OpenAI's refuse the first, others know no second


def chat_address(url: str) -> str:
    """The address that is asked, where somebody wrote only where the service begins (`https://api.example.org/v1`)."""
    plain, question, query = url.partition("?")
    if plain.rstrip("/").endswith("/v1"):
        plain = plain.rstrip("/") + "/chat/completions"
    return plain + question + query


class ChatMachine:
    """Satisfies `ports.Machine`: each request in a thread of its own, which nobody waits for at the end."""

    def __init__(self, url: str, model: str, post: Post, key: str | None = None, seconds: float = SECONDS) -> None:
        self._url = chat_address(url)
        self._post, self._key, self._seconds = post, key, seconds
        self._limit = _LIMITS[0]
        self.name = model
        self.url = masked(self._url.partition("?")[0])

    def at_most(self, words: Sequence[Wording], into: str) -> tuple[int, int]:
        """A token is at least one byte of what it stands for, in every tokeniser that can write any text."""
        told = messages(words, into)
        return _bytes(told) + _WRAPPED, self._room(words)

    def ask(self, words: Sequence[Wording], into: str) -> Future[MachineAnswer | Trouble]:
        answer: Future[MachineAnswer | Trouble] = Future()
        given = tuple(words)

        def work() -> None:
            try:
                answer.set_result(self.ask_now(given, into))
            except BaseException as error:  # noqa: BLE001 - whoever asks the future for its result gets it
                answer.set_exception(error)

        # Daemonic, and no pool, which the interpreter would join: a service that hangs must not keep the program.
        threading.Thread(target=work, name="watcher-machine", daemon=True).start()
        return answer

    def ask_now(self, words: Sequence[Wording], into: str) -> MachineAnswer | Trouble:
        """Asks, and waits for the answer."""
        told = messages(words, into)
        answer = self._posted(told, words)
        if isinstance(answer, Trouble) and answer.status in _REFUSALS and self._limit == _LIMITS[0]:
            self._limit = _LIMITS[1]
            answer = self._posted(told, words)
            if isinstance(answer, Trouble):
                self._limit = _LIMITS[0]
        if isinstance(answer, Trouble):
            return answer
        return self._read(answer, told, words)

    def _posted(self, told: list[dict[str, str]], words: Sequence[Wording]) -> Any:
        body = {"model": self.name, "messages": told, self._limit: self._room(words)}
        return self._post(self._url, body, key=self._key, seconds=self._seconds, max_bytes=_MOST_BYTES, key_name=KEY)

    def _room(self, words: Sequence[Wording]) -> int:
        given = sum(_size(each.headline) + _size(each.summary) for each in words)
        return _THINKING + 2 * given + 32 * len(words)

    def _read(self, answer: Any, told: list[dict[str, str]], words: Sequence[Wording]) -> MachineAnswer:
        tokens_in, tokens_out = usage(answer)
        content = ""
        found: tuple[Wording, ...] = ()
        trouble = None
        try:
            choice = answer["choices"][0]
            content = str(choice["message"]["content"] or "")
            if choice.get("finish_reason") == "length":
                trouble = Trouble(Reason.INCOMPLETE, f"{self.url} cut its answer off")
            else:
                found = said(content, words)
        except (KeyError, IndexError, TypeError, AttributeError, ValueError) as error:
            why = "not JSON" if isinstance(error, json.JSONDecodeError) else f"{type(error).__name__}: {error}"
            trouble = Trouble(Reason.UNREADABLE, f"{self.url} did not answer as it was told to ({why})"[:300])
        # What it took is what it says; where it says nothing, the most that it can be.
        sent = _bytes(told) + _WRAPPED if tokens_in is None else tokens_in
        return MachineAnswer(
            found, sent, max(self._room(words), _size(content)) if tokens_out is None else tokens_out, trouble
        )


def usage(answer: Any) -> tuple[int | None, int | None]:
    """The tokens that a service says it took; None where it says nothing that could be true."""
    told = answer.get("usage") if isinstance(answer, dict) else None
    told = told if isinstance(told, dict) else {}
    return _count(told.get("prompt_tokens")), _count(told.get("completion_tokens"))


def _count(value: Any) -> int | None:
    is_count = isinstance(value, int) and not isinstance(value, bool) and value > 0
    return min(value, _MOST_TOKENS) if is_count else None


def _bytes(told: list[dict[str, str]]) -> int:
    return sum(_size(each["content"]) for each in told)


def _size(text: str) -> int:
    return len(text.encode(errors="replace"))
