"""Importing this module loads everything an extraction needs: the fork server does so once for all workers."""
