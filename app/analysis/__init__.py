"""DuckDB, in memory and locked down."""
