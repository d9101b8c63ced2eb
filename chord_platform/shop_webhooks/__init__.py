"""A Shopify connection's webhooks from the shop to the inbox: registered, worked, watched over.

Belongs here: what binds connections, the queue of deliveries and events. Does not belong here: the
rules of any of them.
"""
