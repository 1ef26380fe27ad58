"""Which commands there are, and the module of this package that declares each."""

COMMANDS = {
    "check": "check",
    "batch": "batch",
    "baseline": "baseline",
    "domain": "domain",
    "explain": "rules",
    "rules": "rules",
    "directory": "directory",
    "doctor": "doctor",
}
