//! A value of a fact as the page shows it.

use chrono::NaiveDate;
use url::form_urlencoded;

use crate::catalogue::urls::WebUrl;
use crate::publish::index::Facet;
use crate::web::i18n::language::Language;
use crate::web::shorten::{Brevity, Shorten};

/// The fields of an entry's content that a fact stands for, and its values.
pub type Fact = (&'static [&'static str], Vec<Item>);

/// One value, perhaps with a link.
pub struct Item {
    pub text: String,
    pub href: Option<String>,
    /// Whether the link leads to another site.
    pub is_foreign: bool,
}

impl Shorten for Item {
    fn shorten(&mut self, brevity: Brevity) {
        self.text.shorten(brevity);
        // What is stated stays, without its link.
        self.href.take_if(|href| !brevity.has_room_for(href));
    }
}

impl Item {
    /// A value without a link.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), href: None, is_foreign: false }
    }

    /// A value with the search for all entries that have it.
    pub fn of_facet(text: &str, facet: Facet, value: &str) -> Self {
        Self::search(text, facet.name(), value)
    }

    /// A value with a search.
    pub fn search(text: &str, parameter: &str, value: &str) -> Self {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair(parameter, value);
        let href = Some(format!("/?{}", query.finish()));
        Self { text: text.to_owned(), href, is_foreign: false }
    }

    /// A foreign address, shown with its host: that is what people judge it by.
    pub fn address(url: &WebUrl) -> Self {
        let text = url.as_str();
        let bare = text.split_once("://").map_or(text, |(_, rest)| rest);
        let shown: String = bare.trim_end_matches('/').chars().take(80).collect();
        Self { text: shown, href: Some(text.to_owned()), is_foreign: true }
    }

    /// Nothing, or one day.
    pub fn day(t: Language, day: Option<NaiveDate>) -> Vec<Self> {
        day.map(|day| Self::plain(t.date(day))).into_iter().collect()
    }
}
