//! Where a word stands in a document, in two bytes.

/// Where a word stands best in a document: the attribute first (the smaller number is the more
/// important one), then whether the text has signs there that the word lacks, then position in its
/// text, then whether it is the whole text. The smaller, the better; so that the minimum of two
/// places is the better one, "whole" is stored as 0 and "part" as 1, in the lowest bit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct FieldPosition(u16);

impl FieldPosition {
    /// Bytes of one.
    pub(super) const BYTES: usize = 2;

    /// Later positions all count as this one.
    pub(super) const LAST_POSITION: u8 = u8::MAX;

    pub(super) fn new(attribute: u8, position: usize, whole: bool, signless: bool) -> Self {
        let position = u8::try_from(position).unwrap_or(Self::LAST_POSITION);
        let attribute = u16::from(attribute) << 10 | u16::from(signless) << 9;
        Self(attribute | u16::from(position) << 1 | u16::from(!whole))
    }

    pub(super) fn attribute(self) -> u8 {
        (self.0 >> 10) as u8
    }

    pub(super) fn position(self) -> u8 {
        (self.0 >> 1) as u8
    }

    pub(super) fn is_whole(self) -> bool {
        self.0 & 1 == 0
    }

    /// As the bytes of a list.
    pub(super) fn to_bytes(self) -> [u8; Self::BYTES] {
        self.0.to_le_bytes()
    }

    /// What was written so.
    pub(super) fn from_bytes(bytes: [u8; Self::BYTES]) -> Self {
        Self(u16::from_le_bytes(bytes))
    }

    /// Whether the text has signs there that the word lacks.
    pub(super) fn is_signless(self) -> bool {
        self.0 >> 9 & 1 == 1
    }
}

impl From<FieldPosition> for u32 {
    fn from(place: FieldPosition) -> Self {
        place.0.into()
    }
}

impl From<u32> for FieldPosition {
    /// What a place was as a number.
    fn from(number: u32) -> Self {
        Self(u16::try_from(number).unwrap_or(u16::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_better_place_is_the_smaller() {
        let worse_and_worse = [
            FieldPosition::new(0, 0, true, false),
            FieldPosition::new(0, 0, false, false),
            FieldPosition::new(0, 1, false, false),
            FieldPosition::new(0, 300, false, false),
            FieldPosition::new(0, 0, false, true),
            FieldPosition::new(1, 0, true, false),
            FieldPosition::new(7, 9999, false, false),
        ];
        assert!(worse_and_worse.is_sorted());
        let last = FieldPosition::new(7, 9999, false, true);
        assert_eq!((last.attribute(), last.position(), last.is_whole()), (7, 255, false));
    }
}
