"""The Google Ads API, for the connectors that read it: Google Ads and YouTube Ads.

Belongs here: its queries, its accounts, its answers as Arrow tables, its error dialect.
Does not belong here: which tables a connector has (its own package below `sources/`).

Two connectors read one API, and sources are strangers to each other, so what they share is here.
Importing this package loads no driver; `client.py` and `reading.py` do.
"""
