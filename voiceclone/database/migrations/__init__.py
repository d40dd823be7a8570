"""Alembic's migrations. A new one is the next file in `versions/`, for SQLite and PostgreSQL alike."""
