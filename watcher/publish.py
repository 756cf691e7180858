"""Job: publish."""
