"""Raw text cells to comparable records of people."""
