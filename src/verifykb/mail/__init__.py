"""A saved mail in, evidence out: what it says, and who can be proven to have sent it.

1. Whoever asks DNS takes a resolver as an argument; nothing else here asks the world.
2. What is found is evidence. What it means for the accountant is decided in `checks`.
3. Nothing named in a mail is ever opened, fetched, written or run.
"""
