"""Plans written to files: so far in the project's own format."""
