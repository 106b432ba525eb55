"""Tools of development: what writes the reference pages, checks the structure and measures the tests."""
