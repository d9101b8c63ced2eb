"""Connectors: what a vendor says, as tables. Knows dlt, and neither the platform nor Dagster."""
