//! The binary: the library with an allocator.

use std::process::ExitCode;

/// Chosen by measurement (benches/README.md, "Allocator"): a harvest takes two thirds of the
/// processor time that it takes with the system's, and memory is given back after a rush.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    fedcat::cli::main()
}
