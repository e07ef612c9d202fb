"""Which records are the same person, how sure that is, and why."""
