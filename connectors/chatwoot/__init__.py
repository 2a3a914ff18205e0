"""Chatwoot as the nurses' desk: handoffs of every channel are shown and answered there."""
