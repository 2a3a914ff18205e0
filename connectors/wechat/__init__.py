"""The official account (公众号) of WeChat."""
