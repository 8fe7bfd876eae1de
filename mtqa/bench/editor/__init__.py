"""Does mtqa flag what a copy editor would repair, and say why?"""
