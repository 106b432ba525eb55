"""What a person sees and does on their phone."""
