"""Types and vocabulary. Standard library only."""
