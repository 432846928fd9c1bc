//! The command line.

use std::{io::Write, net::TcpListener, process::ExitCode, sync::Arc};

use anyhow::{Context, bail};
use campus_org::{
    clock::SystemClock,
    config::{Cli, Command, DatabaseArgs, Demo, Healthcheck, Migrate, Serve, ServerArgs, Steps, Way},
    http::{Application, openapi},
    registry::{Loaded, Registry},
    sample,
    store::{Options, Store},
    telemetry,
};
use chrono_tz::Tz;
use clap::Parser;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    telemetry::init(&cli.log);
    match run(cli.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // The whole chain of causes on one line.
            tracing::error!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Serve(args) => block_on(serve(args)),
        Command::Demo(args) => block_on(demo(args)),
        Command::Migrate(args) => block_on(migrate(args)),
        Command::Openapi => print(|out| writeln!(out, "{}", openapi::document_text())),
        Command::Healthcheck(args) => healthcheck(&args),
        Command::Generate(args) => print(|out| sample::write(out, args.universities, args.seed)),
    }
}

fn block_on(work: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(work)
}
