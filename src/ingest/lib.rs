//! Invoices of every format that accounting systems send, read into INV-01, and written back. Pure: bytes in, values out.
