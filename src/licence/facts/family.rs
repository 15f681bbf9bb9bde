//! Families of licences: what people mean by "some version of the GPL".

use super::table::wider_family;

/// The family of an identifier on the SPDX list: the identifier up to its version (`GPL` for
/// `GPL-3.0-only`), or the wider family that the table names (`CC` for `CC-BY-4.0`).
pub fn family(id: &str) -> Option<&'static str> {
    let id = spdx::license_id(id)?.name;
    wider_family(id).or_else(|| id.get(..version_at(id))).or(Some(id))
}

/// Where the version begins with its hyphen; the end of an identifier that has none. What begins
/// with a number, such as `0BSD`, has that number for its name.
fn version_at(id: &str) -> usize {
    id.match_indices('-')
        .map(|(at, _)| at)
        .find(|at| {
            id.get(at + 1..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        })
        .unwrap_or(id.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_family_is_an_identifier_without_its_version() {
        for (id, expected) in [
            ("GPL-3.0-or-later", Some("GPL")),
            ("LGPL-2.1-only", Some("LGPL")),
            ("AGPL-3.0-only", Some("AGPL")),
            ("MPL-2.0-no-copyleft-exception", Some("MPL")),
            ("Apache-2.0", Some("Apache")),
            ("EUPL-1.2", Some("EUPL")),
            ("MIT", Some("MIT")),
            ("MIT-0", Some("MIT")),
            ("BSD-3-Clause", Some("BSD")),
            ("0BSD", Some("BSD")),
            ("CECILL-B", Some("CeCILL")),
            ("CECILL-2.1", Some("CeCILL")),
            ("CC-BY-NC-SA-4.0", Some("CC")),
            ("CC0-1.0", Some("CC")),
            ("MS-PL", Some("MS-PL")),
            ("LPPL-1.3c", Some("LPPL")),
            ("LiLiQ-Rplus-1.1", Some("LiLiQ")),
            ("3D-Slicer-1.0", Some("3D-Slicer")),
            ("Zlib", Some("Zlib")),
            ("LicenseRef-x", None),
        ] {
            assert_eq!(family(id), expected, "{id}");
        }
    }
}
