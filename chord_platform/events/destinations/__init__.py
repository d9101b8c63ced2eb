"""Where events go besides the warehouse: one file, one kind of destination.

Belongs here: a vendor's limits, its requests, what its answers mean. Each module holds one
`DESTINATION` and is found by walking this folder: a new kind is a new file.
Does not belong here: which events go (`destination.py`), retries and positions (`forwarding.py`).
"""
