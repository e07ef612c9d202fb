"""Files of the outside world, read as text and written safely."""
