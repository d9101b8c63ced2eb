"""Contentful as an origin and a destination of product sync.

Belongs here: what the rest of the platform may use of it. Does not belong here: anything else.
"""

from chord_platform.products.contentful.integration import ContentfulIntegration, ContentfulKeys

__all__ = ["ContentfulIntegration", "ContentfulKeys"]
