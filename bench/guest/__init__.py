"""A scoring origin and a virtual clock: how good a guest the program is, over a simulated week or year."""
