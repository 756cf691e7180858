"""One-off history through the same pipeline: what lay in the past, within a window, brought once.

    sources x ways ─> plan: units, oldest first, less those done (`plan`, `checkpoints`)
        held units ─> engine: captures read in other processes ─> Loads in their order ─> written (`loading`)
        asked and listed units ─> the polite pass, one unit of a host after the other (`asking`)

What is at hand is read first, so that nobody is asked for what is there already. What is found counts as told; it is
never today's news. Each unit that ended without trouble has a checkpoint, and every lead's outcome is stored: killed
anywhere and run again, a backfill ends in the archive that one clean run makes.
"""

from watcher.backfill.plan import Asked, Plan, Task, Way, planned
from watcher.backfill.progress import Progress
from watcher.backfill.run import Done, backfill

__all__ = ["Asked", "Done", "Plan", "Progress", "Task", "Way", "backfill", "planned"]
