"""Job: poll."""
