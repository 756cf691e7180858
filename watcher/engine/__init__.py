"""Where units of a backfill are worked on: in processes of this machine, or on a cluster."""
