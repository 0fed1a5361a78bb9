"""The older bot's audit of what might be told where: context_boundary_audit.json."""
