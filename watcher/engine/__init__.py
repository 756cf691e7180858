"""Who works on units of captures: processes of this machine (`local`) or of a cluster (`dask`), one code path.

Both give what `concurrent.futures` gives: `submit` a unit, get a future of its Load. `ordered` makes of that what a
backfill needs: Loads in the order of their units, few in flight, and a unit that was lost as a Load with trouble.
"""

from watcher.engine.local import LocalEngine
from watcher.engine.ordered import Ordered

__all__ = ["LocalEngine", "Ordered"]
