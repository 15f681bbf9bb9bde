//! What is asked of every request to the API, by what the document says about its route: no
//! parameter that the document does not name, none twice that holds one value, no value that is
//! none of those listed, no source that there is not. Whoever misspells learns it, rather than
//! reading an answer to another question.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, Method, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use url::form_urlencoded;

use super::deprecated;
use crate::store::sources;
use crate::web::error::Error;
use crate::web::{AppState, auth};

/// The parameters of every operation.
#[derive(Debug, Default)]
pub struct Contract {
    operations: HashMap<(Method, String), Operation>,
}

/// What is asked of a request for an operation.
#[derive(Debug, Default)]
struct Operation {
    /// Whether it needs the token of an operator.
    is_secured: bool,
    parameters: BTreeMap<String, Parameter>,
}

/// A parameter in the query.
#[derive(Debug, Default)]
struct Parameter {
    /// Whether it may stand more than once.
    is_list: bool,
    /// The values that it may have; empty where these cannot be listed.
    allowed: Vec<String>,
    is_former: bool,
}

impl Contract {
    /// Reads the finished document.
    pub fn of(document: &Value) -> Self {
        let mut operations = HashMap::new();
        for (path, methods) in members(&document["paths"]) {
            for (method, operation) in members(methods) {
                let Ok(method) = method.to_uppercase().parse::<Method>() else { continue };
                let parameters = operation["parameters"].as_array().into_iter().flatten();
                let in_query = parameters.filter(|one| one["in"] == "query");
                let named = in_query
                    .filter_map(|one| Some((one["name"].as_str()?.to_owned(), Parameter::of(one))));
                let is_secured = operation.get("security").is_some();
                let operation = Operation { is_secured, parameters: named.collect() };
                operations.insert((method, path.clone()), operation);
            }
        }
        Self { operations }
    }

    fn of_route(&self, method: &Method, route: &str) -> Option<&Operation> {
        let method = if method == Method::HEAD { Method::GET } else { method.clone() };
        self.operations.get(&(method, route.to_owned()))
    }
}

impl Parameter {
    fn of(described: &Value) -> Self {
        let schema = &described["schema"];
        let is_list = schema["type"] == "array";
        let values = schema.pointer(if is_list { "/items/enum" } else { "/enum" });
        let values = values.and_then(Value::as_array).into_iter().flatten();
        Self {
            is_list,
            allowed: values.filter_map(|one| Some(one.as_str()?.to_owned())).collect(),
            is_former: described["deprecated"] == true,
        }
    }
}

/// Checks a request, and renames parameters that have deprecated names.
pub async fn keep(
    State((state, contract)): State<(AppState, Arc<Contract>)>,
    route: MatchedPath,
    mut request: Request,
    next: Next,
) -> Response {
    let Some(operation) = contract.of_route(request.method(), route.as_str()) else {
        return next.run(request).await;
    };
    match is_admitted(&state, operation, request.headers()).await {
        Ok(true) => {}
        // Whoever may not ask learns nothing else.
        Ok(false) => return next.run(request).await,
        Err(error) => return error.into_response(),
    }
    let known = &operation.parameters;
    let query = request.uri().query().unwrap_or_default();
    let pairs: Vec<(String, String)> =
        form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    if let Err(error) = check(known, &pairs) {
        return error.into_response();
    }
    if let Err(error) = check_sources(&state, known, &pairs).await {
        return error.into_response();
    }
    let renamed = match deprecated::renamed(route.as_str(), &pairs) {
        Ok(renamed) => renamed,
        Err(error) => return error.into_response(),
    };
    let Some(renamed) = renamed else { return next.run(request).await };
    let address = format!("{}?{renamed}", request.uri().path());
    if let Ok(address) = address.parse::<Uri>() {
        *request.uri_mut() = address;
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert("deprecation", deprecated::SINCE);
    headers.append(header::LINK, deprecated::WHY);
    response
}

/// Whether the client may ask for this; the operation itself refuses those who may not.
async fn is_admitted(
    state: &AppState,
    operation: &Operation,
    headers: &HeaderMap,
) -> Result<bool, Error> {
    match auth::bearer(headers) {
        _ if !operation.is_secured => Ok(true),
        Some(shown) => Ok(auth::known(state, shown.token()).await?.is_some()),
        None => Ok(false),
    }
}

fn check(known: &BTreeMap<String, Parameter>, pairs: &[(String, String)]) -> Result<(), Error> {
    for (position, (name, value)) in pairs.iter().enumerate() {
        let Some(parameter) = known.get(name) else {
            let now = known.iter().filter(|(_, parameter)| !parameter.is_former);
            let allowed = now.map(|(name, _)| name.clone()).collect();
            return Err(Error::UnknownParameter { name: name.clone(), allowed });
        };
        let before = pairs.iter().take(position);
        if !parameter.is_list && before.into_iter().any(|(other, _)| other == name) {
            let (name, found) = (name.clone(), format!("{value}, beside another"));
            return Err(Error::Parameter { name, found, expected: "one value".to_owned() });
        }
        if !parameter.allowed.is_empty() && !parameter.allowed.contains(value) {
            let (name, found) = (name.clone(), value.clone());
            return Err(Error::Value { name, found, allowed: parameter.allowed.clone() });
        }
    }
    Ok(())
}

/// Checks that every parameter called `source` names a source that there is.
async fn check_sources(
    state: &AppState,
    known: &BTreeMap<String, Parameter>,
    pairs: &[(String, String)],
) -> Result<(), Error> {
    let asked = pairs.iter().filter(|(name, _)| name == "source" && known.contains_key(name));
    let asked: Vec<&str> = asked.map(|(_, value)| value.as_str()).collect();
    if asked.is_empty() {
        return Ok(());
    }
    let all = sources::all(state.store.read()).await?;
    match asked.into_iter().find(|id| !all.iter().any(|source| source.id == *id)) {
        None => Ok(()),
        Some(id) => Err(Error::UnknownSource {
            id: id.to_owned(),
            allowed: all.into_iter().map(|source| source.id).collect(),
        }),
    }
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}
