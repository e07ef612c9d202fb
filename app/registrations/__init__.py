"""Civil registrations at work: which entries stand, and what follows from them."""
