"""Repairs by a person: actions, the file that keeps them, and the repaired article."""
