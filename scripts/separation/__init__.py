"""Training of the network that separates two speakers."""
