"""The outgrown engine: what Temporal needs of us, and how it is run."""
