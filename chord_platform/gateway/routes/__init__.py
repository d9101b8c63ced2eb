"""Every module here gives `routes(platform)`: a newcomer adds a file."""
