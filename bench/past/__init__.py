"""A past on loopback: an archived feed, a dated sitemap and a WARC, which tell the same stories in part."""
