"""How fundus reads WARC files: every page of every file to its text, none extracted (its parsers know their sites).

    python bench/peers/warc_fundus.py FILE ...

Prints JSON: pages, and processor seconds of this process alone; the files come from a server of another process, as
fundus reads addresses. It imports langdetect, of which there is no wheel, and does not use it for reading: where it is
missing, an empty module stands for it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType, SimpleNamespace
from urllib.parse import urlsplit
from urllib.request import urlopen

try:
    import langdetect  # noqa: F401 - fundus needs it
except ImportError:
    module = ModuleType("langdetect")
    module.DetectorFactory = SimpleNamespace(seed=0)
    sys.modules["langdetect"] = module

from fundus.scraping.html import CCNewsSource


class Anybody(dict):
    """A publisher for whatever host a page is from."""

    def __contains__(self, host: object) -> bool:
        return True

    def __missing__(self, host: str) -> SimpleNamespace:
        return SimpleNamespace(name=host, url_filter=None)


def main() -> None:
    paths = [Path(name).resolve() for name in sys.argv[1:]]
    command = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", paths[0].parent]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        line = server.stdout.readline()
        port = urlsplit(line[line.index("(") + 1 :].strip().rstrip(")")).port
        with urlopen(f"http://127.0.0.1:{port}/") as answer:
            answer.read()
        pages, began = 0, time.process_time()
        for path in paths:
            source = CCNewsSource(warc_path=f"http://127.0.0.1:{port}/{path.name}")
            source._publisher_mapping = Anybody()
            pages += sum(1 for _ in source.fetch())
        used = time.process_time() - began
        server.terminate()
    print(json.dumps({"program": "fundus 0.5.7, reading alone", "pages": pages, "processor_seconds": round(used, 2)}))


if __name__ == "__main__":
    main()
