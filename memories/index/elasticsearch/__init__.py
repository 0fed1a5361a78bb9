"""The engine over Elasticsearch: a copy of the record that several processes search together."""
