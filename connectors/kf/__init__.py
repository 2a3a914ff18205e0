"""WeChat customer service (微信客服, KF) by WeCom: a second door for patients."""
