"""White space that a clipboard, a form or a spreadsheet may add around a value."""

# Unicode White_Space, without U+001C-U+001F: `str.strip` removes those control characters,
# and a value that hides control characters must not lose them in silence.
WHITE_SPACE = (
    " \t\r\n\f\v\u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007"
    "\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
