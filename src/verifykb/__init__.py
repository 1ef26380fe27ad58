"""Check a contact that claims to be State Treasury (KBNN) IT support."""

__version__ = "0.1.0"
