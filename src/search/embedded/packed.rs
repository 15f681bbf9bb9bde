//! Numbers in as few bytes as they need: seven bits a byte, the lowest first, the highest bit set
//! on all but the last (LEB128).

/// Appends a number.
pub(super) fn push_number(bytes: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// How many bytes a number needs.
pub(super) fn number_length(number: u32) -> usize {
    (32 - number.leading_zeros()).div_ceil(7).max(1) as usize
}

/// Writes a number to the front, which has room for it; says how many bytes it took.
pub(super) fn write_number(bytes: &mut [u8], mut number: u32) -> usize {
    let length = number_length(number);
    for (at, byte) in bytes.iter_mut().take(length).enumerate() {
        let more = if at + 1 < length { 0x80 } else { 0 };
        *byte = (number & 0x7f) as u8 | more;
        number >>= 7;
    }
    length
}

/// Takes a number from the front; `None` where there is none.
#[inline]
pub(super) fn take_number(bytes: &mut &[u8]) -> Option<u32> {
    let mut number = 0;
    for shift in (0..32).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u32::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_packed_is_read(numbers in proptest::collection::vec(any::<u32>(), 0..9)) {
            let mut bytes = Vec::new();
            numbers.iter().for_each(|&number| push_number(&mut bytes, number));
            let mut rest = bytes.as_slice();
            let read: Vec<u32> = std::iter::from_fn(|| take_number(&mut rest)).collect();
            prop_assert_eq!(&read, &numbers);
            for &number in &numbers {
                let (mut pushed, mut room) = (Vec::new(), [0; 5]);
                push_number(&mut pushed, number);
                let length = write_number(&mut room, number);
                prop_assert_eq!(&room[..length], pushed);
            }
        }

        #[test]
        fn any_bytes_can_be_read(bytes in proptest::collection::vec(any::<u8>(), 0..20)) {
            let mut rest = bytes.as_slice();
            let read = std::iter::from_fn(|| take_number(&mut rest)).count();
            prop_assert!(read <= bytes.len());
        }
    }
}
