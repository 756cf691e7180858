"""Job: backfill."""
