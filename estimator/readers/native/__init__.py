"""The project's own plan format."""
