"""Bytes that stand for what a phone records."""

# AMR narrow band, 4.75 kbit/s: the header, then frames of 20 ms (3GPP TS 26.101, file format RFC 4867).
_FRAME = bytes([0x04]) + bytes(12)
SILENCE_AMR = b"#!AMR\n" + _FRAME * 100  # two seconds
