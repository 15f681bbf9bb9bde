//! Connectors: the code that pages through one dialect's listing. What an item means is the
//! format's part; a connector knows addresses, pages and when a listing is complete.

mod catalogi;
mod code_json;
mod codemeta;
mod comptoir;
mod dcat;
mod dpg;
mod forge;
mod forgejo_org;
mod github_org;
mod gitlab_group;
mod json_list;
mod ore;
mod oss_register;
mod software_catalog_api;
mod starter;
mod wikidata;

use super::connector::Connector;

/// All connectors.
pub const ALL: &[&dyn Connector] = &[
    &catalogi::Catalogi,
    &code_json::CodeJson,
    &codemeta::Codemeta,
    &comptoir::Comptoir,
    &dcat::Dcat,
    &dpg::Dpg,
    &forgejo_org::ForgejoOrg,
    &github_org::GithubOrg,
    &gitlab_group::GitlabGroup,
    &json_list::JsonList,
    &ore::Ore,
    &oss_register::OssRegister,
    &software_catalog_api::SoftwareCatalogApi,
    &starter::Starter,
    &wikidata::Wikidata,
];

/// The connector with this name.
pub fn by_name(name: &str) -> Option<&'static dyn Connector> {
    ALL.iter().copied().find(|connector| connector.name() == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sources::{ADDING_CONNECTORS, INVENTORY_CONNECTORS};

    #[test]
    fn the_store_knows_who_only_adds() {
        let adding = ALL.iter().filter(|connector| connector.adds_to().is_some());
        let names: Vec<&str> = adding.map(|connector| connector.name()).collect();
        assert_eq!(names, ADDING_CONNECTORS);
    }

    #[test]
    fn the_store_knows_what_is_an_inventory_of_code() {
        let listing = ALL.iter().filter(|connector| connector.lists_code());
        let names: Vec<&str> = listing.map(|connector| connector.name()).collect();
        assert_eq!(names, INVENTORY_CONNECTORS);
    }
}
