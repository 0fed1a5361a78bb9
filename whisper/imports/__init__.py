"""What importers of all apps share: a report, a run that can be resumed, and their arguments.

`report.py` counts and notes what became of each row, `runs.py` keeps that in an `ImportRun`, with
where a stopped run continues, `parts.py` says how an app adds a subcommand to `import_legacy` and
`export_legacy`.
"""
