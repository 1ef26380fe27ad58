"""Names that may only look official: mail addresses, domains, hosts. Pure; data beside it.

1. Official is raw ASCII equality after A-Z case folding, nothing else.
2. Normalisation may only accuse: what becomes official by normalising is a look-alike.
3. The list of known government domains may only lower an accusation to "unrelated".
"""
