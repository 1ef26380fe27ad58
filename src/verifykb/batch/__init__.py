"""Logs of contacts: how they are read, and how they are judged row by row."""
