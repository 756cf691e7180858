"""Some sets are measured by parts of the programs in `bench/`, which are no package: their folder is on the path."""

import sys
from pathlib import Path

# Behind `support`: both have an `origin`.
sys.path.append(str(Path(__file__).parents[2] / "bench"))
