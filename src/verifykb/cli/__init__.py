"""The command line: declarations in Typer, each command imports its work inside.

Nothing imports this package but `__main__`.
"""
