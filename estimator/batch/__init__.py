"""Many plans on many printers: found, planned once each, and gathered in one tidy table."""
