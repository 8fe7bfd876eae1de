"""Does mtqa find the sentences and the words that need repair?"""
