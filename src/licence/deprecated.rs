//! The identifiers that the SPDX list 3.29 marks deprecated, and what replaces each of them.
//!
//! Source: the "deprecated" part of the SPDX licence list and the notes of each licence there.
//! A bare GNU identifier becomes `-only`: the smaller grant, with the range marked as not stated.

use super::Range;

/// The replacement of a deprecated identifier, and whether it says what holds for later versions.
/// Returns `None` for an identifier that is not deprecated.
pub(super) fn replacement(id: &str) -> Option<(&'static str, Range)> {
    TABLE
        .iter()
        .find(|(deprecated, _, _)| *deprecated == id)
        .map(|&(_, current, range)| (current, range))
}

const TABLE: &[(&str, &str, Range)] = &[
    ("AGPL-1.0", "AGPL-1.0-only", Range::Unstated),
    ("AGPL-3.0", "AGPL-3.0-only", Range::Unstated),
    ("BSD-2-Clause-FreeBSD", "BSD-2-Clause-Views", Range::Stated),
    ("BSD-2-Clause-NetBSD", "BSD-2-Clause", Range::Stated),
    ("bzip2-1.0.5", "bzip2-1.0.6", Range::Stated),
    ("eCos-2.0", "GPL-2.0-or-later WITH eCos-exception-2.0", Range::Stated),
    ("GFDL-1.1", "GFDL-1.1-only", Range::Unstated),
    ("GFDL-1.2", "GFDL-1.2-only", Range::Unstated),
    ("GFDL-1.3", "GFDL-1.3-only", Range::Unstated),
    ("GPL-1.0", "GPL-1.0-only", Range::Unstated),
    ("GPL-1.0+", "GPL-1.0-or-later", Range::Stated),
    ("GPL-2.0", "GPL-2.0-only", Range::Unstated),
    ("GPL-2.0+", "GPL-2.0-or-later", Range::Stated),
    (
        "GPL-2.0-with-autoconf-exception",
        "GPL-2.0-only WITH Autoconf-exception-2.0",
        Range::Unstated,
    ),
    ("GPL-2.0-with-bison-exception", "GPL-2.0-only WITH Bison-exception-2.2", Range::Unstated),
    (
        "GPL-2.0-with-classpath-exception",
        "GPL-2.0-only WITH Classpath-exception-2.0",
        Range::Unstated,
    ),
    ("GPL-2.0-with-font-exception", "GPL-2.0-only WITH Font-exception-2.0", Range::Unstated),
    ("GPL-2.0-with-GCC-exception", "GPL-2.0-only WITH GCC-exception-2.0", Range::Unstated),
    ("GPL-3.0", "GPL-3.0-only", Range::Unstated),
    ("GPL-3.0+", "GPL-3.0-or-later", Range::Stated),
    (
        "GPL-3.0-with-autoconf-exception",
        "GPL-3.0-only WITH Autoconf-exception-3.0",
        Range::Unstated,
    ),
    ("GPL-3.0-with-GCC-exception", "GPL-3.0-only WITH GCC-exception-3.1", Range::Unstated),
    ("LGPL-2.0", "LGPL-2.0-only", Range::Unstated),
    ("LGPL-2.0+", "LGPL-2.0-or-later", Range::Stated),
    ("LGPL-2.1", "LGPL-2.1-only", Range::Unstated),
    ("LGPL-2.1+", "LGPL-2.1-or-later", Range::Stated),
    ("LGPL-3.0", "LGPL-3.0-only", Range::Unstated),
    ("LGPL-3.0+", "LGPL-3.0-or-later", Range::Stated),
    ("Net-SNMP", "MIT-CMU AND BSD-3-Clause", Range::Stated),
    ("Nunit", "zlib-acknowledgement", Range::Stated),
    ("StandardML-NJ", "SMLNJ", Range::Stated),
    ("wxWindows", "LGPL-2.0-or-later WITH WxWindows-exception-3.1", Range::Stated),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_deprecated_identifier_has_a_valid_replacement() {
        for licence in spdx::identifiers::LICENSES {
            let is_deprecated = spdx::license_id(licence.name).is_some_and(|id| id.is_deprecated());
            match (is_deprecated, replacement(licence.name)) {
                (true, Some((current, _))) => {
                    spdx::Expression::parse(current).unwrap_or_else(|e| panic!("{current}: {e}"));
                }
                (true, None) => panic!("{} is deprecated and has no replacement", licence.name),
                (false, found) => assert_eq!(found, None, "{}", licence.name),
            }
        }
    }
}
