//! Serves one misbehaviour until it is stopped, and prints where: to put a corpus before it by hand.
//!
//! `cargo run -p model_server --example serve -- approves`

use std::{error::Error, io::Write};

use model_server::{Behaviour, ModelServer, Taste};

fn main() -> Result<(), Box<dyn Error>> {
    let name = std::env::args().nth(1).unwrap_or_default();
    let behaviour = match name.as_str() {
        "approves" => Behaviour::Fits(Taste::Approves),
        "doubts" => Behaviour::Fits(Taste::Doubts),
        "fabricates" => Behaviour::Fits(Taste::Fabricates),
        "anything" => Behaviour::Fits(Taste::Any(1)),
        "random" => Behaviour::Random(1),
        "huge" => Behaviour::huge(1 << 20),
        "wrong-schema" => Behaviour::wrong_schema(),
        "foreign-call" => Behaviour::foreign_call(),
        "never-ends" => Behaviour::NeverEnds,
        "500" => Behaviour::status(500),
        other => {
            return Err(format!(
                "\"{other}\": approves, doubts, fabricates, anything, random, huge, wrong-schema, foreign-call, \
                 never-ends or 500"
            )
            .into());
        }
    };
    let server = ModelServer::start(behaviour);
    let mut out = std::io::stdout();
    writeln!(out, "{}", server.base_url())?;
    out.flush()?;
    loop {
        std::thread::park();
    }
}
