"""What every request and response passes: ids, headers, sizes, probes and error pages."""
