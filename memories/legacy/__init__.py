"""Memories of the older bot: read from its ChromaDB directory, and written back into one.

`chroma_reader.py` and `hnsw.py` read a copy of the directory, `rows.py` says what a row means,
`plan.py` what only all rows together tell, `trust.py` which vectors are kept, `importing.py` takes
the rows in, `undoing.py` takes a run back, and `exporting.py` writes a directory.
"""
