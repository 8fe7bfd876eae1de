"""The only pass or fail: what is excused from it, and what the rest means."""
