//! What people wrote for people is readable, whichever format it came in.

use std::collections::BTreeSet;

use super::{Content, Organisation};
use crate::catalogue::text::readable_line;

impl Content {
    /// Takes markup and entities out of the short texts of the content. Texts by language have
    /// lost theirs when they were put in.
    #[must_use]
    pub fn readable(mut self) -> Self {
        let sets = [&mut self.aliases, &mut self.tags, &mut self.audience, &mut self.conforms_to];
        for set in sets {
            *set = lines(set);
        }
        for list in self.features.values_mut() {
            list.iter_mut().for_each(line);
            list.retain(|text| !text.is_empty());
        }
        self.features.retain(|_, list| !list.is_empty());
        let publisher = self.publisher.iter_mut();
        publisher
            .chain(self.involved.iter_mut().map(|one| &mut one.organisation))
            .for_each(organisation);
        self.usages.iter_mut().for_each(|usage| line(&mut usage.organisation));
        self.support.iter_mut().for_each(|provider| line(&mut provider.name));
        let related = self.replaces.iter_mut().chain(&mut self.similar);
        related.for_each(|related| line(&mut related.name));
        self.dependencies.iter_mut().for_each(|dependency| line(&mut dependency.name));
        self
    }
}

fn lines(set: &BTreeSet<String>) -> BTreeSet<String> {
    set.iter().map(|text| readable_line(text)).filter(|text| !text.is_empty()).collect()
}

fn organisation(organisation: &mut Organisation) {
    line(&mut organisation.name);
}

/// A name that is nothing but markup stays as it is: a thing without a name is none.
fn line(text: &mut String) {
    let readable = readable_line(text);
    if !readable.is_empty() {
        *text = readable;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::content::SupportProvider;

    #[test]
    fn no_short_text_has_markup() {
        let support =
            |name: &str| SupportProvider { name: name.to_owned(), url: None, until: None };
        let content = Content {
            tags: ["roads &amp; lanes", "<b>maps</b>", "C++", "<br>"].map(str::to_owned).into(),
            aliases: ["R&amp;D Desk".to_owned()].into(),
            publisher: Some(Organisation {
                name: "Post <i>and</i> Parcels".to_owned(),
                ..Organisation::default()
            }),
            support: vec![support("Salt &amp;amp; Co"), support("<p>")],
            ..Content::default()
        };
        let content = content.readable();
        assert_eq!(content.tags, ["C++", "maps", "roads & lanes"].map(str::to_owned).into());
        assert_eq!(content.aliases, ["R&D Desk".to_owned()].into());
        assert_eq!(content.publisher.expect("one").name, "Post and Parcels");
        let names: Vec<&str> = content.support.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["Salt & Co", "<p>"]);
    }
}
