//! A table of the index: one row says all of a thing.

/// Declares an enum whose variants name the rows of a table, in their order.
macro_rules! rows {
    ($(#[$doc:meta])* $name:ident: $row:ident { $($variant:ident = $content:expr,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name {
            $($variant,)*
        }

        impl $name {
            /// All, in the order of the rows.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            fn row(self) -> &'static $row {
                match self {
                    $(Self::$variant => {
                        static ROW: $row = $content;
                        &ROW
                    })*
                }
            }
        }
    };
}

pub(super) use rows;
