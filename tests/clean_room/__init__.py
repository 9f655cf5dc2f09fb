"""What a newcomer types first, on a machine that has nothing of ours yet."""
