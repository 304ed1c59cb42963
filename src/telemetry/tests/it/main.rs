//! What is counted and what is sent, seen from outside.

#[cfg(test)]
mod collector;
#[cfg(test)]
mod door;
#[cfg(test)]
mod metrics;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod traces;
