"""A WeCom server on loopback: group robot, the nurses' application, and WeChat customer service (KF)."""
