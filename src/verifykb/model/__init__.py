"""Pure nouns: contact, evidence, rule, finding, verdict, report.

1. Nothing in this package reads a file, a socket, a clock or the environment.
2. Nothing in this package imports another part of verifykb.
"""
