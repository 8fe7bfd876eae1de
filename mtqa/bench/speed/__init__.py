"""How fast does mtqa read, beside others, and how do its time and memory grow?"""
