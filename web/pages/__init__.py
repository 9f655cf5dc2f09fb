"""How the pages of our own look: their frame and their one style sheet."""
