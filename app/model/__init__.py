"""The nouns of the product as frozen values. No input, no output."""
