"""The runtime interface clients: one module for each language, and the table that tells whose executable is whose."""
