"""Web server: pages of the phone, the host's desk, the hall screen and the book, and the API. Only it knows HTTP."""
