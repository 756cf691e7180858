"""Recognising stories: each signal sees sameness in one way, `judge` decides from all of them.

Nothing is imported here: who asks for a few words (`meaning.pieces`, `signal`) must not load every signal.
"""
