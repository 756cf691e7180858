"""Edge: extract."""
