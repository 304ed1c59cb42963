//! A PostgreSQL cluster.
