"""How good are translation systems by references, and does mtqa agree without one?"""
