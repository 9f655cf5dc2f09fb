"""Small programs, each doing one job in one way; a fresh process for each measurement."""
