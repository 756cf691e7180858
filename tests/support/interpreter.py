"""A service that speaks OpenAI's `/v1/chat/completions`: it says what a test wrote down for the words it is given."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from origin import Answer, Asked

Item = Mapping[str, Any]


@dataclass
class Interpreter:
    """`says` maps a headline to its translation; a headline that it lacks becomes "In English: ..."."""

    says: Mapping[str, str] = field(default_factory=dict)
    usage: Mapping[str, int] | None = field(default_factory=lambda: {"prompt_tokens": 200, "completion_tokens": 50})
    content: Callable[[list[Item]], str] | None = None  # what is said in place of a proper answer
    asked: list[list[Item]] = field(default_factory=list)

    def __call__(self, asked: Asked) -> Answer:
        request = json.loads(asked.body)
        items = json.loads(request["messages"][-1]["content"])["items"]
        self.asked.append(items)
        content = self.content(items) if self.content else json.dumps({"items": [self._said(each) for each in items]})
        answer: dict[str, Any] = {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "model": request["model"],
            "choices": [
                {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": content}},
            ],
        }
        if self.usage is not None:
            answer["usage"] = dict(self.usage)
        return Answer(body=json.dumps(answer).encode(), headers={"Content-Type": "application/json"})

    def _said(self, item: Item) -> dict[str, Any]:
        said = {"id": item["id"], "headline": self.says.get(item["headline"], f"In English: {item['headline']}")}
        return said | ({"summary": f"In English: {item['summary']}"} if "summary" in item else {})
