"""An export for the older bot where ChromaDB's client is missing."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db


def test_it_says_what_installs_the_client_and_leaves_nothing_behind(monkeypatch, tmp_path):
    monkeypatch.setattr("memories.legacy.chroma_client.find_spec", lambda name: None)
    with pytest.raises(CommandError, match="`bin/setup dev` installs it"):
        call_command("export_legacy", "memories", str(tmp_path / "again" / "chromadb_data"))
    assert list(tmp_path.iterdir()) == []
