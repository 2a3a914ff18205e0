"""Who answers a turn: Rasa, the model, a simulated patient, or a nurse."""
