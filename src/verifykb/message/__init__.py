"""Reading a message: what it asks for, and of whom. Pure; the phrases are data.

The way of a text: `fold` makes words and sentences of it, with their places in the original;
`links` finds hosts, addresses and numbers; `phrases` holds what an ask looks like;
`reading` decides which asks are meant, and which are denied, asked about or warned of.
"""
