"""Reading a message: what it asks for, and of whom. Pure; the phrases are data (phrases.toml).

The way of a text: `normalise` writes it in letters that have a byte each (`fold`), whose gate ends
most texts there; `links` finds hosts, addresses and numbers; `written` makes a line of canonical
words (`words`, `senses`); `scan` finds the phrases of the `table` (`grammar` is its language);
`sentence` finds what is asked, and `meaning` how it is meant; `reading` puts the sentences together.
"""
