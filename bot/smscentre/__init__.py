"""The vendor's client: one method per call of SMS Center's documents API."""
