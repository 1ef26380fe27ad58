"""The official contacts of the treasury as dated, sourced data, and how they are loaded."""
