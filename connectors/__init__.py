"""The wires: each channel is a folder with routes (in), codec (translation) and client (out)."""
