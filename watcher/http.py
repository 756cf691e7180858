"""Edge: http."""
