"""The words of the house as plain frozen values: gathering, circle, participant, desire, response."""
