"""The sample council: a seeded, believable English authority."""
