"""Archives that have grown for years: what they hold, and how they are filled in minutes."""
