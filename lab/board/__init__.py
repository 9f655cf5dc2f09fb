"""The board: the real exchanges, queues and consumers, drawn, and every message that moves between them."""
