//! Who acts by the command line.

use crate::store::audit::Actor;

/// The user of the machine, for the log of acts.
pub fn actor() -> Actor {
    Actor::command_line(std::env::var("USER").ok().as_deref())
}
