//! Asking before something is done that is not undone by a word.

use std::io::{self, BufRead, IsTerminal, Write};

use anyhow::bail;

#[derive(Debug, clap::Args)]
pub struct How {
    /// Only say what would move.
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,
    /// Do it without asking.
    #[arg(long)]
    yes: bool,
}

/// Whether to do what has been announced: as the flags say, else as whoever sits there says.
pub fn may_go_on(how: &How) -> anyhow::Result<bool> {
    if how.dry_run {
        println!("nothing was changed");
        return Ok(false);
    }
    if how.yes {
        return Ok(true);
    }
    if !io::stdin().is_terminal() {
        bail!("nothing was changed: say --yes to do it, or --dry-run to only look");
    }
    let agreed = ask(&mut io::stdin().lock(), &mut io::stdout())?;
    if !agreed {
        println!("nothing was changed");
    }
    Ok(agreed)
}

fn ask(input: &mut impl BufRead, out: &mut impl Write) -> io::Result<bool> {
    write!(out, "Do it? [y/N] ")?;
    out.flush()?;
    let mut answer = String::new();
    input.read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_yes_is_a_yes() {
        for (typed, agreed) in [
            ("y\n", true),
            (" Yes \n", true),
            ("n\n", false),
            ("\n", false),
            ("", false),
            ("yy\n", false),
        ] {
            let mut out = Vec::new();
            assert_eq!(ask(&mut typed.as_bytes(), &mut out).expect("an answer"), agreed, "{typed}");
            assert_eq!(out, b"Do it? [y/N] ");
        }
    }
}
