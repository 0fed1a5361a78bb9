"""One message in, one reply out: what every platform shares."""
