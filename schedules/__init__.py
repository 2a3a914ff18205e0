"""Time: Chinese time words, regimens and their doses, bookable openings, the embedded heartbeat.

A ground room: pure functions over values, blind to every wire and store. Only `embedded` may import APScheduler.
"""
