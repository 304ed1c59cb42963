//! Messages sent to real servers on this machine, and documents read back from them.

mod delivery;
mod foreign;
mod guarded;
mod memory;
mod reading_back;
mod running;
mod server;
mod support;
