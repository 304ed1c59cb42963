//! `ask`: questions over the same tools and documents, each answered with citations, or told as not known.

use std::{
    fs::File,
    io::{BufRead, BufReader, Read},
    path::Path,
};

use anyhow::{Context, Result, bail};
use domain::answer::Answer;

use super::{complain, say, style};
use crate::{
    Exit,
    cli::{Ask, Common, Format, Terms},
    render::{self, Style},
    settings::Settings,
    wiring::{Session, answers::Answers},
};

pub(crate) async fn run(args: Ask, common: &Common, settings: &Settings) -> Result<Exit> {
    let (questions, mut exit) = questions(&args, settings)?;
    let single = args.file.is_none() && args.words != ["-"];
    let terms = Terms {
        book: args.book,
        store: args.store,
        as_of: args.as_of,
        policy: None,
        reasoner: args.reasoner,
    };
    let session = Session::open(&terms, settings).await?;
    let asker = session.asker("", settings)?;
    let mut printer = Printer {
        format: args.format,
        style: style(common, args.reveal, false),
        single,
        first: true,
    };
    let answers = Answers::new(&session, settings)?;
    for (number, text) in (1..).zip(questions) {
        let question = session.question(&text);
        // Within one call nothing changes: a question that was answered is not looked up again in other words.
        let scope = answers.scope("", &question, String::new());
        match answers.answer(&scope, &asker, question).await {
            Ok(answer) => printer.print(&answer)?,
            Err(error) => {
                complain(&format!("question {number}: {error}"));
                exit = Exit::Unreadable;
            }
        }
    }
    printer.end()?;
    session.close().await;
    Ok(exit)
}

/// The questions of the command line, of a file or of standard input, one a line; one that is too long never stops the
/// others.
fn questions(args: &Ask, settings: &Settings) -> Result<(Vec<String>, Exit)> {
    let most = settings.limits.question_chars;
    let fits = |text: &str| text.chars().count() <= most;
    if args.file.is_none() && args.words != ["-"] {
        let question = args.words.join(" ");
        if question.trim().is_empty() {
            bail!("no question; write one, as in: satyapan ask \"payment terms of V001?\"");
        }
        if !fits(&question) {
            bail!("the question is longer than {most} characters (limits.question_chars)");
        }
        return Ok((vec![question], Exit::Good));
    }
    let (name, input): (String, Box<dyn Read>) = match &args.file {
        Some(path) if path != Path::new("-") => {
            let file =
                File::open(path).with_context(|| format!("{}: cannot be read", path.display()))?;
            (path.display().to_string(), Box::new(file))
        }
        _ => ("stdin".to_owned(), Box::new(std::io::stdin())),
    };
    let mut read = Vec::new();
    let mut exit = Exit::Good;
    let bounded = BufReader::new(input.take(settings.limits.file_bytes));
    for (row, line) in (1..).zip(bounded.lines()) {
        let line = match line {
            Ok(line) => line,
            Err(error) => {
                complain(&format!(
                    "{name}:{row}: {error}; a question is a line of UTF-8 text"
                ));
                exit = Exit::Unreadable;
                // What is no text is skipped; a source that fails altogether ends.
                if error.kind() == std::io::ErrorKind::InvalidData {
                    continue;
                }
                break;
            }
        };
        if line.trim().is_empty() {
            continue;
        }
        if !fits(&line) {
            complain(&format!(
                "{name}:{row}: longer than {most} characters (limits.question_chars); the other questions are answered all \
                 the same"
            ));
            exit = Exit::Unreadable;
            continue;
        }
        if read.len() >= settings.limits.files {
            bail!(
                "{name}: more than {} questions (limits.files)",
                settings.limits.files
            );
        }
        read.push(line.trim().to_owned());
    }
    Ok((read, exit))
}

/// Answers on stdout, each as soon as it is known.
struct Printer {
    format: Format,
    style: Style,
    /// One question on the command line is answered by one object; several by a list.
    single: bool,
    first: bool,
}

impl Printer {
    fn print(&mut self, answer: &Answer) -> Result<()> {
        match self.format {
            Format::Text => {
                let question = if self.single {
                    String::new()
                } else {
                    let blank = if self.first { "" } else { "\n" };
                    format!("{blank}> {}\n", render::printable(&answer.question))
                };
                say(&format!(
                    "{question}{}",
                    render::answer::answer(answer, self.style)
                ))?;
            }
            Format::Ndjson => say(&format!("{}\n", serde_json::to_string(answer)?))?,
            Format::Json => {
                let lead = match (self.single, self.first) {
                    (true, _) => "",
                    (false, true) => "[",
                    (false, false) => ",\n",
                };
                say(&format!("{lead}{}", serde_json::to_string_pretty(answer)?))?;
            }
        }
        self.first = false;
        Ok(())
    }

    /// Closes the JSON.
    fn end(&mut self) -> Result<()> {
        if self.format == Format::Json {
            say(match (self.single, self.first) {
                (true, _) => "\n",
                (false, true) => "[]\n",
                (false, false) => "]\n",
            })?;
        }
        Ok(())
    }
}
