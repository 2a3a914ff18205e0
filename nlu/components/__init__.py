"""What Rasa loads from this project beside its own parts; each module is small and stands alone."""
