"""What a host sees and does: the desk and its pages."""
