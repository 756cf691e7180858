"""Several real daemons on one real PostgreSQL server, killed and cut off at random, and what must hold all the same.

server    a PostgreSQL server of our own, which can be ended and begun again
proxy     the network between a daemon and it, which can be cut: now, in the middle of a message, or for a while
newsroom  several hosts that bring articles, some of them told by two; every request is noted with its begin and end
crowd     the daemons: begun, killed, begun again
account   what must hold at the end: every request, every mail, every article
"""
