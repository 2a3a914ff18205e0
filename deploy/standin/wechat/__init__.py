"""A WeChat server on loopback: the official account's side and the patient's phone."""
