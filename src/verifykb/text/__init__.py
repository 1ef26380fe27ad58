"""Text at the edges: the one sanitiser for output, and folding for matching. No IO."""
