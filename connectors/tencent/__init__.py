"""What Tencent's WeChat and WeCom have in common: ciphering, XML, access tokens, calls and their errors."""
