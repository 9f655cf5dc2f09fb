"""What our parts do side by side with others, on the machine that you run this on."""
