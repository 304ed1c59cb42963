//! Real servers for tests, each in a directory of its own on a free loopback port, stopped when its value is dropped.
//!
//! `tests/servers/install` installs what is missing from the distribution's packages. Servers that run on the machine already are left alone.

pub mod clients;
pub mod nats;
pub mod nginx;
pub mod postgres;
