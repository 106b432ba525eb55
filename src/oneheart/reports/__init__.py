"""A result as a page to read and a file to compute on."""
