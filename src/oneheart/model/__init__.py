"""Model: the domain's plain frozen values: gathering, circle, participant, desire, response."""
