"""The commands around a subject: `topics add`, `topics apply`, `topics try --archive`."""
