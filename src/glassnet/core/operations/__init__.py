"""The primitive operations, a module a kind; everything else is written in them."""
