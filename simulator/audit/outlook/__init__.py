"""Demand outlook: the electricity of a fleet over some years from its path, its hardware, its PUE and its load."""
