"""The parts of Lamplight's Python runtime. Standard library only; Python 3.8 and later."""
