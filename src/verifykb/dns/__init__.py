"""Asking DNS, and answering from a recording.

1. A resolver's answer is a value: records, nothing there, no such name, or why it is not known.
2. Whoever needs an answer takes a resolver as an argument; nobody opens one of his own.
3. Only `network`, `doh` and `cache` touch a socket or a disk.
"""
