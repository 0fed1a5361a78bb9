"""An MCP server: another assistant of a person uses the same memory, with a token of theirs.

`tools.py` says what it can do, `server.py` speaks the protocol, `views.py` serves it over HTTP, and
`manage.py mcp` over standard input and output.
"""
