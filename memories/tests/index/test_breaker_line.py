"""What the log says once Elasticsearch is not used."""

from __future__ import annotations

from pydantic import SecretStr

from memories.index.elasticsearch.breaker import ElasticsearchBreaker
from whisper.circuit_breaker import FAILURES_TO_OPEN
from whisper.environment import environment


def test_the_log_says_which_elasticsearch_is_not_used_and_no_secret(monkeypatch, caplog):
    nodes = ["https://ann:geheim@search.example:9200", "http://10.0.0.7:9201"]
    monkeypatch.setattr(environment, "elasticsearch_url", [*map(SecretStr, nodes)])
    breaker = ElasticsearchBreaker()
    try:
        for _ in range(FAILURES_TO_OPEN):
            breaker.failed(TimeoutError())
    finally:
        breaker.stop()
    (line,) = [one for one in caplog.messages if "not used for now" in one]
    assert "search.example:9200" in line
    assert "10.0.0.7:9201" in line
    assert "no answer in time" in line
    assert "geheim" not in caplog.text
