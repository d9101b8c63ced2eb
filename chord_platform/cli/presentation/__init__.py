"""How commands show things in the terminal."""
