"""Kinds of evidence, one a module."""
