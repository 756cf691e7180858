"""What a key of `config.toml` may hold, and what a table of keys is: for the configuration and for every channel."""
