"""The nurse desk: handoffs are seen, taken, answered and closed here."""
