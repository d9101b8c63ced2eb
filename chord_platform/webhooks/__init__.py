"""Webhook deliveries: stored, then worked through."""
