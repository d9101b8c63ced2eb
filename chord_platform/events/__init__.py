"""Event tracking: what clients send, held to tracking plans, loaded and forwarded."""
