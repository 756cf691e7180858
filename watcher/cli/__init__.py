"""The `watcher` command."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType

from watcher.errors import WatcherError


class _Terminated(BaseException):
    """SIGTERM reached a command: it unwinds like Ctrl-C does, and leaves with 143."""


def main() -> None:
    """Runs one command and leaves with its exit code. No traceback for what a user can cause."""
    from watcher.cli.program import tree

    signal.signal(signal.SIGTERM, _terminate)
    try:
        tree()(prog_name="watcher")
    except WatcherError as error:
        _leave(f"watcher: {error}", error.exit_code)
    except KeyboardInterrupt:
        _leave("watcher: interrupted", 130)
    except _Terminated:
        _leave("watcher: terminated", 143)
    except BrokenPipeError:
        # Whoever read our output has left (`watcher ... | head`): nothing more to say, and no complaint at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


def _terminate(_signal: int, _frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # told twice: at once, and not in the middle of unwinding
    raise _Terminated


def _leave(text: str, code: int) -> None:
    sys.stderr.write(text + "\n")
    sys.exit(code)
