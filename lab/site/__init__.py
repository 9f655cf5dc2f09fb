"""The lab as a web service: the board, the comparison, the log."""
