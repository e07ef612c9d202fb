"""The encrypted vault and the SQL of its tables."""
