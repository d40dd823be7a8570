"""The database: SQLite in a file of one's own, or a PostgreSQL server, with one schema."""
