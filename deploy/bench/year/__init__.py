"""A simulated year of reminders, with kills, and an accountant who reckons by himself what ought to have happened."""
