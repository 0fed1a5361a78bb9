"""The API for other programs.

`callers.py` says who asks and what they may do, `doing.py` does it; the MCP server shares both.
"""
