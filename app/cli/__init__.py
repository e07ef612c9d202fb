"""The command line: one verb per service function."""
