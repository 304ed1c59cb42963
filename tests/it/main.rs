//! Tests of the whole: one binary, a module a theme.

#[cfg(test)]
mod arrows;
#[cfg(test)]
mod asking;
#[cfg(test)]
mod callbacks;
#[cfg(test)]
mod cassettes;
#[cfg(test)]
mod cli;
#[cfg(test)]
mod command;
#[cfg(test)]
mod convert;
#[cfg(test)]
mod corpus;
#[cfg(test)]
mod counsel;
#[cfg(test)]
mod deploy;
#[cfg(test)]
mod doctor;
#[cfg(test)]
mod events;
#[cfg(test)]
mod fleet;
#[cfg(test)]
mod intake;
#[cfg(test)]
mod licences;
#[cfg(test)]
mod logs;
#[cfg(test)]
mod masking;
#[cfg(test)]
mod metadata;
#[cfg(test)]
mod metrics;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod postgres;
#[cfg(test)]
mod questions;
#[cfg(test)]
mod reload;
#[cfg(test)]
mod reporting;
#[cfg(test)]
mod reviewing;
#[cfg(test)]
mod reviews;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod screening;
#[cfg(test)]
mod serving;
#[cfg(test)]
mod stored;
#[cfg(test)]
mod tenants;
#[cfg(test)]
mod traces;
#[cfg(test)]
mod worker;
