"""The surface rules of English, each beside its examples."""
