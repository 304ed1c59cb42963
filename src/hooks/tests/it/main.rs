//! Messages taken in and refused, from the outside.

#[cfg(test)]
mod foreign;
#[cfg(test)]
mod formats;
#[cfg(test)]
mod schemes;
#[cfg(test)]
mod settings;
#[cfg(test)]
mod spoilt;
#[cfg(test)]
mod support;
#[cfg(test)]
mod vectors;
