"""What is handed out: the desktop bundle and the registry entry."""
