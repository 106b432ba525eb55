"""Pages: the phone, the circle, the hall's screen, the host's desk. The one place that knows HTTP."""
