"""What data may be used for, by the route it came."""
