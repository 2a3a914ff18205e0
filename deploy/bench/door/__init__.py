"""The WeChat door under load: how fast, how sure, and how near to the bare floor."""
