"""Job: ingest."""
