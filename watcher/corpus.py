"""Edge: corpus."""
