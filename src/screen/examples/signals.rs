//! What the trained wording is told of each text: lines of `{"text"}` in, features by view and word out.
//! The trainer (`src/screen/train/train.py`) runs it, so that training and screening read texts alike.

use std::io::{BufRead, Write, stdin, stdout};

use serde_json::{Value, json};

fn main() -> std::io::Result<()> {
    let mut out = stdout().lock();
    for line in stdin().lock().lines() {
        let line: Value = serde_json::from_str(&line?)?;
        let text = line["text"].as_str().unwrap_or_default();
        let views: Vec<Value> = screen::signals(text)
            .into_iter()
            .map(|(view, words)| json!([view.name(), words]))
            .collect();
        writeln!(out, "{}", Value::from(views))?;
    }
    Ok(())
}
