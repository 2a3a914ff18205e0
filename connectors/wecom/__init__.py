"""WeCom: nurses are told of handoffs in their group and on their phones, and take them with one tap."""
