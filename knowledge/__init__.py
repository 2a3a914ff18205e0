"""What we know, with its source: drugs, interactions, the clinic, patient education. Pure: no wire, no clock."""
