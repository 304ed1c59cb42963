//! Messages taken in and refused, from the outside.

mod foreign;
mod formats;
mod schemes;
mod settings;
mod spoilt;
mod support;
mod vectors;
