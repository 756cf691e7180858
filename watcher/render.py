"""Edge: render."""
