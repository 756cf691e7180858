"""Makes `watcher/stories/facts/rarity.bin`: how common facts are, learned from labelled documents.

    python bench/facts_rarity.py FOLDER

FOLDER holds JSON Lines files whose rows have `text` or `title`, `language`, and `story` (or `event`). A fact is counted
once for each story that holds it, however many documents and languages tell that story: so the facts of one story stay
rare, whatever the story's coverage. Facts of a single story are left out: they weigh what an unseen fact weighs, which
also keeps measurements on the same folder honest. Only hashes and counts go into the file.
"""

from __future__ import annotations

import hashlib
import json
import math
import sys
from collections import defaultdict
from pathlib import Path

from watcher.stories.facts import rarity
from watcher.stories.facts.extraction import gather
from watcher.types import Document

FILES = ("translations.jsonl", "events-en.jsonl", "headlines.jsonl")
TABLE = Path(rarity.__file__).with_name("rarity.bin")
_FEWEST = 2  # stories


def main(folder: Path) -> None:
    """Counts, weighs, writes."""
    TABLE.unlink(missing_ok=True)
    rarity.learned.cache_clear()
    stories: dict[str, set[str]] = defaultdict(set)
    named: set[str] = set()
    digest = hashlib.sha256()
    for name in FILES:
        content = (folder / name).read_bytes()
        digest.update(content)
        for line in content.splitlines():
            row = json.loads(line)
            story = f"{name}/{row.get('story') or row['event']}"
            named.add(story)
            document = Document(row["id"], row.get("text", ""), row.get("title", ""), row.get("language", "und"))
            for key in gather(document).tally.keys():  # noqa: SIM118  # a method, not a mapping's
                stories[key].add(story)
    weights = {key: math.log((len(named) + 1) / len(of)) for key, of in stories.items() if len(of) >= _FEWEST}
    TABLE.write_bytes(rarity.written(weights, f"{len(named)} stories, sha256 {digest.hexdigest()}"))
    print(f"{len(weights)} of {len(stories)} facts, {len(named)} stories, {TABLE.stat().st_size} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
