"""Job: prune."""
