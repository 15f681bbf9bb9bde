//! Who an entry of an inventory is: the format gives no ids, and agencies rewrite their inventories
//! by other programs every few years. What lasts is where the code is.

use serde_json::{Value, json};
use url::Url;

use super::keys::{HOMEPAGE, NAME, REPOSITORY, organisation};
use crate::catalogue::urls::{WebUrl, repository_key};
use crate::formats::ItemNames;
use crate::formats::fields::Fields;
use crate::formats::identity::name as digest;

/// What names an item, without texts that state nothing. `None` where it says nothing by which to
/// know it.
pub(super) fn of(readable: &Value) -> Option<ItemNames> {
    // What is wrong with these fields is told where they become content.
    let mut ignored = Vec::new();
    let mut fields = Fields::new(readable, "", &mut ignored);
    let name = fields.line(fields.spelled(NAME)).unwrap_or_default();
    let organisation = organisation(&mut fields).unwrap_or_default();
    let repository =
        fields.url(fields.spelled(REPOSITORY)).as_ref().map(place_of).unwrap_or_default();
    // Not part of the standard: agencies add it, and some write the same into every entry.
    let local_id = fields.line(fields.spelled(&["local-id"])).unwrap_or_default();
    if [&name, &organisation, &repository, &local_id].iter().all(|text| text.is_empty()) {
        return None;
    }
    let mut names = ItemNames::default();
    let by_name = digest(&json!(["name", name, organisation]));
    if repository.is_empty() {
        names.ids.push(by_name);
    } else {
        names.ids.push(digest(&json!(["repository", repository])));
        names.ids.push(digest(&json!(["repository", repository, name])));
        if !name.is_empty() {
            names.others.push(by_name);
        }
    }
    let mut all = json!(["entry", repository, name, local_id]);
    if !local_id.is_empty() {
        names.ids.push(digest(&all));
        names.others.push(digest(&json!(["local-id", local_id])));
    }
    // Of entries that agree in all that, what they are said to be.
    let homepage = fields.url(fields.spelled(HOMEPAGE)).map(|url| url.to_string());
    let version = fields.line(fields.spelled(&["version"]));
    let description = fields.text(fields.spelled(&["description"]));
    if let Some(all) = all.as_array_mut() {
        all.extend([json!(organisation), json!(homepage), json!(version), json!(description)]);
    }
    names.ids.push(digest(&all));
    Some(names)
}

/// Where a repository is, however the address is written.
fn place_of(address: &WebUrl) -> String {
    repository_key(address).unwrap_or_else(|| {
        let Ok(url) = Url::parse(address.as_str()) else { return address.to_string() };
        let host = url.host_str().unwrap_or_default();
        let host = host.strip_prefix("www.").unwrap_or(host);
        let path = url.path().trim_end_matches('/').to_lowercase();
        let path = path.strip_suffix(".git").unwrap_or(&path);
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        format!("{host}{path}{query}")
    })
}
