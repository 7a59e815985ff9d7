"""docsbot: invoices and acts of SMS Center, in the chat."""

__version__ = "0.1.0"
