"""Makes `tests/eval/vectors.bin`: the vectors that `make eval` measures with, so that nobody encodes for a minute.

    python bench/eval_vectors.py [--from FILE]

It holds, by the hash of its text, a vector for each piece of the rows whose part is `measure` and of the known
documents, and nothing else. What the file holds already is not encoded again, nor what another file of vectors holds
(`--from`).
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from pathlib import Path

from labelled import encode, open_vectors

from watcher.corpus import read_seeds
from watcher.stories.meaning import RECIPE, pieces
from watcher.types import Document

ROOT = Path(__file__).parent.parent
EVAL = ROOT / "tests" / "eval"
FILE = EVAL / "vectors.bin"


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--from", dest="known", type=Path, default=FILE, help="vectors made before")
    options = arguments.parse_args()
    texts = measured_texts()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"vectors.recipe{RECIPE}"
        if options.known.exists():
            shutil.copyfile(options.known, file)
        vectors, pool = open_vectors(file)
        with pool:
            encode(vectors, texts, FILE.name)
            vectors.save(only=texts)
        vectors.close()
        shutil.copyfile(file, FILE)
    print(f"{FILE.relative_to(ROOT)}: {len(texts)} texts, {FILE.stat().st_size / 1000:.0f} kB")


def measured_texts() -> list[str]:
    """Each piece of the measured rows and of the known documents, once."""
    documents = [seed.document() for seed in read_seeds(ROOT / "seeds")]
    for file in sorted(EVAL.glob("stories*.jsonl")):
        rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
        documents += [Document(row["id"], row["text"], row["title"]) for row in rows if row["part"] == "measure"]
    return sorted({text for document in documents for text in pieces(document).values()})


if __name__ == "__main__":
    main()
