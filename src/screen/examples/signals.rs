//! What the trained wording is told of each document: its texts in, an array a line; features by view and word out.
//! The trainer (`src/screen/train/train.py`) runs it, so that training and screening read texts alike.

use std::io::{BufRead, Write, stdin, stdout};

use serde_json::{Value, json};

fn main() -> std::io::Result<()> {
    let mut out = stdout().lock();
    for line in stdin().lock().lines() {
        let texts: Vec<String> = serde_json::from_str(&line?)?;
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let views: Vec<Value> = screen::signals(&texts)
            .into_iter()
            .map(|(view, words)| json!([view.name(), words]))
            .collect();
        writeln!(out, "{}", Value::from(views))?;
    }
    Ok(())
}
