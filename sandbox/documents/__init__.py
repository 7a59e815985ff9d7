"""Sample invoices and acts as PDF pages, as Russian bookkeeping knows them; invented, and marked as samples."""
