"""The rules at work: one file per axis, each a pure function of a few values.

1. No IO and no clock: the day of contact and the directory are arguments.
2. A check returns findings (rule and values), never sentences.
3. Silence is never consent: a check that knows nothing says what is missing.
"""
