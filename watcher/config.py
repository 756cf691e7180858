"""Edge: config."""
