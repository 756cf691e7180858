"""A crawl that nobody made: pages of news in many languages, scripts and encodings, written into WARC files."""
