"""Declared data in resources/ read strictly into the model."""
