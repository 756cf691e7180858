"""Kills the real program at named and at random points, and counts what every reader got.

child     a process that imports once and forks: each child is one command of the program, with named points to die at
stage     the world that survives: the clock, an origin that brings articles, a mail server that counts
plan      which point each kill takes: evenly spread, in an order given by the seed
ledger    what must hold after each kill, and at the end
lives     one archive through so many kills, until everything is told and delivered
upgrades  kills while an archive is made, backed up and brought up to date
faults    the program broken on purpose: proof that the ledger sees what it is there for
"""
