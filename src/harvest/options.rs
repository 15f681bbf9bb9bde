//! A source's `options`: some are for every source, the rest is for its connector.

use reqwest::header::{HeaderName, HeaderValue};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use thiserror::Error;

use crate::secrets::Secret;

/// A source's `options`, as its row and its seed hold them.
pub type Options = Map<String, Value>;

/// Only variables whose names begin so may hold a source's token: whoever may add a source must
/// not learn by it what else stands in the environment.
const TOKEN_PREFIX: &str = "FEDCAT_TOKEN_";

/// Why options cannot be used.
#[derive(Debug, Error)]
pub enum OptionsError {
    #[error("{0}")]
    Shape(#[from] serde_json::Error),
    #[error("token_variable is {0}: expected a name that begins with {TOKEN_PREFIX}")]
    TokenVariable(String),
    #[error("the environment variable {0}, which should hold the source's token, is not set")]
    NoToken(String),
    #[error("{0}")]
    Other(String),
}

/// The options of every source.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Common {
    /// Each `host:port` that may be asked although its address is not public.
    pub allow: Vec<String>,
    /// The environment variable that holds the token or key for the source's server.
    pub token_variable: Option<String>,
    /// Whether the source lists code, whoever it is for, where its connector does not say it well.
    pub inventory: Option<bool>,
}

/// For connectors without options of their own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct None {}

impl Common {
    /// Takes the common options out; what remains is for the connector.
    ///
    /// # Errors
    /// [`OptionsError`] where one has the wrong type, or names a variable that is not for tokens.
    pub fn take(mut options: Options) -> Result<(Self, Options), OptionsError> {
        let keys = ["allow", "token_variable", "inventory"];
        let common: Options = keys.iter().filter_map(|key| options.remove_entry(*key)).collect();
        let common: Self = serde_json::from_value(Value::Object(common))?;
        match &common.token_variable {
            Some(name) if !name.starts_with(TOKEN_PREFIX) => {
                Err(OptionsError::TokenVariable(name.clone()))
            }
            _ => Ok((common, options)),
        }
    }

    /// The token out of the environment, where the source has one.
    ///
    /// # Errors
    /// [`OptionsError::NoToken`] where the variable is not set.
    pub fn token(&self) -> Result<Option<Secret>, OptionsError> {
        let Some(name) = &self.token_variable else { return Ok(None) };
        let token = std::env::var(name).ok().filter(|token| !token.is_empty());
        let token = token.ok_or_else(|| OptionsError::NoToken(name.clone()))?;
        Ok(Some(token.into()))
    }
}

/// The options of a connector, common ones left out.
///
/// # Errors
/// [`OptionsError`] where there is an unknown one, or one of the wrong type.
pub fn read<T: DeserializeOwned>(options: &Options) -> Result<T, OptionsError> {
    let (_, own) = Common::take(options.clone())?;
    Ok(serde_json::from_value(Value::Object(own))?)
}

/// A header with a token in it, which no log shows.
///
/// # Errors
/// [`OptionsError`] where the token holds what no header may.
pub fn secret_header(
    name: HeaderName,
    value: &str,
) -> Result<(HeaderName, HeaderValue), OptionsError> {
    let mut value = HeaderValue::from_str(value).map_err(|_| {
        OptionsError::Other("the token holds characters that no header may hold".to_owned())
    })?;
    value.set_sensitive(true);
    Ok((name, value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn options_are_for_all_or_for_the_connector() {
        #[derive(Debug, PartialEq, Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Own {
            lists: Vec<String>,
        }
        let own = |options: Value| {
            let options = options.as_object().expect("an object");
            read::<Own>(options).map_err(|error| error.to_string())
        };
        let lists = vec!["a.json".to_owned()];
        assert_eq!(own(json!({"lists": ["a.json"], "allow": []})), Ok(Own { lists }));
        for (options, told) in [
            (json!({"lists": [], "list": 1}), "unknown field `list`, expected `lists`"),
            (json!({}), "missing field `lists`"),
            (json!({"lists": 1}), "invalid type: integer `1`, expected a sequence"),
            (json!({"lists": [], "allow": 1}), "invalid type: integer `1`, expected a sequence"),
            (
                json!({"lists": [], "token_variable": "HOME"}),
                "token_variable is HOME: expected a name that begins with FEDCAT_TOKEN_",
            ),
        ] {
            assert_eq!(own(options), Err(told.to_owned()));
        }
    }
}
