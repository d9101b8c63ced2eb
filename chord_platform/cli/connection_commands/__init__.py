"""Commands of `chord connections` that are more than a few lines: a module each."""
