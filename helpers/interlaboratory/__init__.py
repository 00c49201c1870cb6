"""Wing 7: many machines, one experiment: a line from each, and the room that they make."""
