"""Keys, signatures and sealed packages."""
