"""The commands of `chord events`, each a module with a click command named `command`."""
