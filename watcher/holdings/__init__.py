"""Documents that are already at hand: WARC files, saved pages, mails, lists of addresses, what readers exported."""
