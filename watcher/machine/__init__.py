"""What puts words into another language: any service that speaks OpenAI's `/v1/chat/completions`, or nothing.

Everything works without one. Such a service gets headlines (and the sentences of a summary) and nothing else; who runs
it learns what this program reads about, and from where it is asked.
"""

from __future__ import annotations

from watcher.machine.chat import ChatMachine, chat_address
from watcher.machine.speech import PROMPT

__all__ = ["PROMPT", "ChatMachine", "chat_address"]
