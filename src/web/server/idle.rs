//! Connections on which no request is being answered: whose client is silent, has not said all of
//! a request, or has its answer already. When there is no room for others, they go, and the one
//! that has waited longest goes first.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::connection::ConnectionState;

/// The queue of idle connections.
#[derive(Debug, Default)]
pub(super) struct IdleConnections(Mutex<Queue>);

#[derive(Debug, Default)]
struct Queue {
    next: u64,
    /// In the order in which they began to wait.
    connections: BTreeMap<u64, Arc<ConnectionState>>,
    /// Whether the next connection that becomes idle is closed at once.
    is_full: bool,
}

/// The part of one connection in this: it waits from its beginning until [`Turn::busy`], and again
/// from the end of each answer.
#[derive(Debug)]
pub(super) struct Turn {
    idle: Arc<IdleConnections>,
    state: Arc<ConnectionState>,
    /// Its number in the queue, while it waits.
    number: Mutex<Option<u64>>,
}

/// Kept while a request is being answered.
#[derive(Debug)]
pub(super) struct BusyGuard(Arc<Turn>);

impl IdleConnections {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Closes the connection that has waited longest; where none waits, the next one that does.
    pub(super) fn make_room(&self) {
        let mut queue = self.queue();
        match queue.connections.pop_first() {
            Some((_, state)) => state.close(),
            None => queue.is_full = true,
        }
    }

    /// There is room again: no further connection has to be closed.
    pub(super) fn has_room(&self) {
        self.queue().is_full = false;
    }
}

impl Turn {
    /// Adds a new connection, which is idle at first.
    pub(super) fn begin(idle: &Arc<IdleConnections>, state: &Arc<ConnectionState>) -> Self {
        let turn =
            Self { idle: Arc::clone(idle), state: Arc::clone(state), number: Mutex::new(None) };
        turn.wait();
        turn
    }

    /// Marks the connection as busy for as long as the guard is kept.
    pub(super) fn busy(turn: &Arc<Self>) -> BusyGuard {
        turn.leave();
        BusyGuard(Arc::clone(turn))
    }

    /// What is known of the connection.
    pub(super) fn state(&self) -> &ConnectionState {
        &self.state
    }

    /// Whether no request is being answered.
    pub(super) fn is_waiting(&self) -> bool {
        self.number().is_some()
    }

    fn number(&self) -> MutexGuard<'_, Option<u64>> {
        self.number.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait(&self) {
        self.state.is_answered();
        let mut queue = self.idle.queue();
        if queue.is_full {
            queue.is_full = false;
            self.state.close();
            return;
        }
        let number = queue.next;
        queue.next += 1;
        queue.connections.insert(number, Arc::clone(&self.state));
        *self.number() = Some(number);
    }

    fn leave(&self) {
        let number = self.number().take();
        if let Some(number) = number {
            self.idle.queue().connections.remove(&number);
        }
    }
}

impl Drop for BusyGuard {
    fn drop(&mut self) {
        self.0.wait();
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.leave();
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    fn connection(idle: &Arc<IdleConnections>) -> (Arc<ConnectionState>, Arc<Turn>) {
        let state = Arc::new(ConnectionState::default());
        let turn = Arc::new(Turn::begin(idle, &state));
        (state, turn)
    }

    fn is_closed(state: &ConnectionState) -> bool {
        state.closed().now_or_never().is_some()
    }

    #[test]
    fn the_one_that_has_waited_longest_goes_first_and_no_busy_one_goes() {
        let waiting = Arc::new(IdleConnections::default());
        let (first, turn_of_first) = connection(&waiting);
        let (second, turn_of_second) = connection(&waiting);
        let (third, _turn_of_third) = connection(&waiting);
        let busy = Turn::busy(&turn_of_first);
        waiting.make_room();
        assert!(is_closed(&second) && !is_closed(&first) && !is_closed(&third));
        drop(busy);
        waiting.make_room();
        assert!(is_closed(&third), "the first has begun anew to wait");
        drop(turn_of_second);
        waiting.make_room();
        assert!(is_closed(&first));
    }

    #[test]
    fn where_all_are_busy_the_first_that_is_done_goes() {
        let waiting = Arc::new(IdleConnections::default());
        let (one, turn) = connection(&waiting);
        let busy = Turn::busy(&turn);
        waiting.make_room();
        assert!(!is_closed(&one));
        drop(busy);
        assert!(is_closed(&one));
        let (other, turn) = connection(&waiting);
        assert!(!is_closed(&other), "one was enough");
        drop(turn);
        assert!(waiting.queue().connections.is_empty(), "who leaves is forgotten");
    }
}
