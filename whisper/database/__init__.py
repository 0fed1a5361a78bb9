"""The SQL database: access from asyncio, errors, PostgreSQL."""
