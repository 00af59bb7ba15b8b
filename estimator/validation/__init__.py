"""Published buildings as cases, and what comes out for them."""
