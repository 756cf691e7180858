"""The programs in `bench/` are no package: their folder is where they find each other."""

import sys
from pathlib import Path

# Behind `support`: both have an `origin`.
sys.path.append(str(Path(__file__).parents[2] / "bench"))
