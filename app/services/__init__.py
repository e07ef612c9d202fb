"""What a steward can do: one function a verb, the only door to the workshops."""
