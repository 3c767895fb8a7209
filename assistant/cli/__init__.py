"""The command line: `parser` reads it, `commands` does what it says, `logs` keeps the log."""
