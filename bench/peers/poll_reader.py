"""The `reader` library over the same feeds: two rounds, seconds each, as JSON. Runs in .venv-bench."""

import json
import resource
import sys
import time
from pathlib import Path

from reader import make_reader


def main() -> None:
    (database,) = sys.argv[1:]
    urls = sys.stdin.read().split()
    reader = make_reader(database)
    for url in urls:
        reader.add_feed(url)
    seconds = []
    for round_number in range(2):
        start = time.perf_counter()
        # Its second round with scheduled=False: else it would ask only what it holds to be due.
        reader.update_feeds(workers=16, scheduled=False)
        seconds.append(time.perf_counter() - start)
        del round_number
    entries = reader.get_entry_counts().total
    print(
        json.dumps(
            {
                "cold": seconds[0],
                "warm": seconds[1],
                "entries": entries,
                "database": Path(database).stat().st_size,
                "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            }
        )
    )


if __name__ == "__main__":
    main()
