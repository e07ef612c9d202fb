"""One screen each: asks services, shows answers, decides nothing."""
