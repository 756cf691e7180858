"""Edge: workers."""
