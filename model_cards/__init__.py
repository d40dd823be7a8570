"""Templates of the cards that are pushed with a voice."""
