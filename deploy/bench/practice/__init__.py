"""What is promised of the simulated patients, measured: hearing, leaks, stability, scoring, speed."""
