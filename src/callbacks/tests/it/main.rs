//! Messages sent to real servers on this machine, and documents read back from them.

#[cfg(test)]
mod delivery;
#[cfg(test)]
mod foreign;
#[cfg(test)]
mod guarded;
#[cfg(test)]
mod memory;
#[cfg(test)]
mod pulling;
#[cfg(test)]
mod reading_back;
#[cfg(test)]
mod running;
#[cfg(test)]
mod server;
#[cfg(test)]
mod support;
