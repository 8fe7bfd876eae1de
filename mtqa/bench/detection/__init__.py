"""Does mtqa tell machine translations from what people wrote, and what are its decisions worth?"""
