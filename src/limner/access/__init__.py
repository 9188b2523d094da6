"""Who may call, how often, and by which signed links files are read."""
