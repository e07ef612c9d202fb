"""The match model for machines larger than one PC: Splink settings, SQL around them, a runner."""
