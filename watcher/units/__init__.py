"""A unit of a backfill, worked on from its file to what is on a topic in it. Needs no archive: it may run anywhere."""
