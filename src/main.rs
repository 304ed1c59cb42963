//! satyapan: verifies invoices before anyone pays or finances them.

mod cli;
mod commands;
mod documents;
mod logging;
mod render;
mod settings;
mod wiring;

use std::process::ExitCode;

use clap::Parser;
use cli::{Audit, Cli, Command};
use commands::reload::Reload;
use settings::Settings;

/// Verifying is many short-lived values on many threads; the system's allocator spends a third of the time on them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What a command came to: the exit codes of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// Everything approved, or the work done.
    Good,
    /// It worked, and something was held, rejected or differed.
    Findings,
    /// Usage, configuration or input that cannot be read.
    Unreadable,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Good => Self::SUCCESS,
            Exit::Findings => Self::from(1),
            Exit::Unreadable => Self::from(2),
        }
    }
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    // A panic's message may quote an invoice; where it happened does not.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        let place = place.unwrap_or_else(|| "an unknown place".to_owned());
        commands::complain(&format!(
            "a fault of this program at {place}; the case in hand is held, please report it"
        ));
    }));
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            commands::complain(&format!("the runtime cannot start: {error}"));
            return Exit::Unreadable.into();
        }
    };
    let result = runtime.block_on(run(cli));
    // A call that is still under way must not keep a finished command waiting.
    runtime.shutdown_background();
    match result {
        Ok(exit) => exit.into(),
        // A reader that went away (`| head -1`) is no error of ours.
        Err(error) if broken_pipe(&error) => Exit::Good.into(),
        Err(error) => {
            commands::complain(&format!("{error:#}"));
            Exit::Unreadable.into()
        }
    }
}

fn broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
        .any(|cause| cause.kind() == std::io::ErrorKind::BrokenPipe)
}

async fn run(cli: Cli) -> anyhow::Result<Exit> {
    let settings = Settings::load(cli.common.config.as_deref())?;
    let common = &cli.common;
    let logging = logging::start(settings.log, common.verbose);
    let reload = || Reload::new(common, logging, &settings);
    match cli.command {
        Command::Verify(args) => commands::verify::run(args, common, &settings).await,
        Command::Ask(args) => commands::ask::run(args, common, &settings).await,
        Command::Eval(args) => commands::eval::run(args, &settings).await,
        Command::Serve(args) => commands::serve::run(args, &settings, reload()).await,
        Command::Worker(args) => commands::worker::run(args, &settings, reload()).await,
        Command::Backfill(args) => commands::backfill::run(args, &settings).await,
        Command::Queue(args) => commands::queue::run(args, &settings).await,
        Command::Callbacks(args) => commands::callbacks::run(args, &settings).await,
        Command::Load(args) => commands::load::run(args, &settings).await,
        Command::Explain(args) => commands::explain::run(args, common, &settings).await,
        Command::Replay(args) => commands::replay::run(args, &settings).await,
        Command::Report(args) => commands::report::run(args, common, &settings).await,
        Command::Review(args) => commands::review::run(args, common, &settings).await,
        Command::Store { command } => commands::store::run(command, &settings).await,
        Command::Graph { of, format } => commands::show::graph(of, format),
        Command::Checks { format } => commands::show::checks(format),
        Command::Tools { format } => commands::show::tools(format, &settings),
        Command::Doctor {
            probe: Some(url), ..
        } => commands::doctor::probe(&url, &settings),
        Command::Doctor { terms, format, .. } => {
            commands::doctor::run(terms, format, &settings).await
        }
        Command::Portal(args) => commands::portal::run(args).await,
        Command::Audit {
            command: Audit::Verify { store, format },
        } => commands::audit::verify(store, format, &settings).await,
        Command::Audit {
            command: Audit::Prompts { id, store },
        } => commands::audit::prompts(&id, store.as_deref(), &settings).await,
        Command::Ground { files } => commands::ground::run(&files, &settings),
        Command::Mask(args) => commands::mask::run(&args, &settings),
        Command::Convert(args) => commands::convert::run(&args, &settings),
        Command::Screen { files } => commands::screen::run(&files, &settings),
        Command::Completions { shell } => commands::show::completions(shell),
    }
}
