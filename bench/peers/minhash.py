"""MinHash over texts: {"texts": {id: text}, "pairs": [[a, b], ...]} on stdin, estimated Jaccard values out.

What most programs do: datasketch, 128 permutations, five-word shingles (five characters in scripts without spaces).
Runs in .venv-bench.
"""

import json
import re
import sys

from datasketch import MinHash

SPACELESS = re.compile("[\u0e00-\u0eff\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")


def minhash(text: str) -> MinHash:
    characters = len(SPACELESS.findall(text)) > 0.3 * max(1, sum(map(str.isalnum, text)))
    words = list(text.lower()) if characters else re.findall(r"\w+", text.lower())
    made = MinHash(num_perm=128)
    made.update_batch([" ".join(words[at : at + 5]).encode() for at in range(max(1, len(words) - 4))])
    return made


def main() -> None:
    asked = json.load(sys.stdin)
    made = {name: minhash(text) for name, text in asked["texts"].items()}
    json.dump([made[a].jaccard(made[b]) for a, b in asked["pairs"]], sys.stdout)


if __name__ == "__main__":
    main()
