//! Ids whose order is the order in which rows were written, also after the clock went back.

use uuid::{Builder, Uuid};

/// A new id after `greatest`, the greatest that there is. As a rule it says when it was made; where
/// the clock stands before that of the greatest, it is a millisecond later than that.
pub(super) fn after(greatest: Option<Uuid>) -> Uuid {
    let new = Uuid::now_v7();
    match greatest {
        Some(greatest) if new <= greatest => follower(greatest, new),
        _ => new,
    }
}

/// An id of the millisecond after another one, with the random part of `new`.
fn follower(greatest: Uuid, new: Uuid) -> Uuid {
    let milliseconds = (greatest.as_u128() >> 80) as u64;
    let [.., a, b, c, d, e, f, g, h, i, j] = new.into_bytes();
    let random = [a, b, c, d, e, f, g, h, i, j];
    Builder::from_unix_timestamp_millis(milliseconds + 1, &random).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_that_of_writing_whatever_the_clock_says() {
        let mut greatest =
            Builder::from_unix_timestamp_millis(4_102_444_800_000, &[0xFF; 10]).into_uuid();
        for _ in 0..100 {
            let next = after(Some(greatest));
            assert!(next > greatest && next.get_version_num() == 7, "{next} after {greatest}");
            greatest = next;
        }
        assert!(after(None) < greatest);
    }
}
