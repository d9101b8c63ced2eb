"""The HTTP service: collector of events, webhooks, product sync's calls, pages."""
