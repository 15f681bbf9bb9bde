//! The console of the sources: who may act, what acts do, and what stands in the log of acts.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "the lints spare test functions, but not the functions that they share"
)]

#[path = "console/acts.rs"]
mod acts;
#[path = "console/feeds.rs"]
mod feeds;
#[path = "console/operators.rs"]
mod operators;
#[path = "console/pages.rs"]
mod pages;
#[path = "console/progress.rs"]
mod progress;
mod support;
#[path = "console/verdicts.rs"]
mod verdicts;

use axum::body::Body;
use axum::http::{Method, Request, header};
use chrono::{DateTime, TimeDelta, Utc};
use fedcat::clock;
use fedcat::secrets::Secret;
use fedcat::store::audit::{self, Actor};
use fedcat::store::entity::{run, token};
use fedcat::store::tokens::{self, PREFIX, Scope};
use fedcat::store::{Store, leases, runs};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};
use support::app::{Answer, App};
use support::fixture::{Fixture, Reply};
use support::listing::{PATH, catalogue, fresh};
use support::{at, harvest};
use uuid::Uuid;

/// A form as a browser sends it.
const FORM: (header::HeaderName, &str) =
    (header::CONTENT_TYPE, "application/x-www-form-urlencoded");
/// A page, and errors as pages.
const PAGE: (header::HeaderName, &str) = (header::ACCEPT, "text/html");

/// A token that was made at a time, good for a year.
async fn token_of(store: &Store, name: &str, made: DateTime<Utc>) -> (Secret, token::Model) {
    let secret = Secret::new(PREFIX).expect("randomness");
    let cli = Actor::command_line(Some("tester"));
    let life = TimeDelta::days(365);
    let row = tokens::create(store, &cli, &secret, name, Scope::Operator, life, made)
        .await
        .expect("a token");
    (secret, row)
}

/// A good token.
async fn token(store: &Store, name: &str) -> Secret {
    token_of(store, name, clock::now()).await.0
}

/// Writes down how far a run is.
async fn set_progress(tx: &DatabaseTransaction, run: Uuid, read: i64, applied: i64) {
    runs::set_progress(tx, run, read).await.expect("written");
    run::Entity::update_many()
        .col_expr(run::Column::Applied, Expr::value(applied))
        .filter(run::Column::Id.eq(run))
        .exec(tx)
        .await
        .expect("written");
}

/// Who has signed in: the cookie, and the token of the forms.
struct Signed {
    cookie: String,
    form_token: String,
}

async fn post(app: &App, path: &str, headers: &[(header::HeaderName, &str)], body: &str) -> Answer {
    let mut request = Request::builder().method(Method::POST).uri(path);
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    app.send(request.body(Body::from(body.to_owned())).expect("a request")).await
}

async fn sign_in(app: &App, secret: &Secret) -> Signed {
    let body = format!("token={}", secret.reveal());
    let answer = post(app, "/sign-in", &[FORM, PAGE], &body).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    let cookie = answer.headers[header::SET_COOKIE].to_str().expect("text");
    let cookie = cookie.split(';').next().expect("a pair").to_owned();
    let page = app.get_with("/about", &[(header::COOKIE, &cookie), PAGE]).await.body;
    let form_token = between(&page, "name=\"form_token\" value=\"", "\"").to_owned();
    Signed { cookie, form_token }
}

impl Signed {
    /// Sends a form of a page.
    async fn act(&self, app: &App, path: &str, fields: &str) -> Answer {
        let body = format!("form_token={}&{fields}", self.form_token);
        post(app, path, &[FORM, PAGE, (header::COOKIE, &self.cookie)], &body).await
    }

    /// A page as this operator sees it.
    async fn get(&self, app: &App, path: &str) -> Answer {
        app.get_with(path, &[(header::COOKIE, &self.cookie), PAGE]).await
    }
}

/// Sends an act to the API.
async fn api(app: &App, path: &str, secret: Option<&Secret>, body: &str) -> Answer {
    let bearer = secret.map(|secret| format!("Bearer {}", secret.reveal()));
    let headers: Vec<(header::HeaderName, &str)> =
        bearer.iter().map(|value| (header::AUTHORIZATION, value.as_str())).collect();
    post(app, path, &headers, body).await
}

/// What stands in a text between two others.
fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = text.split_once(before).unwrap_or_else(|| panic!("{before} in {text}"));
    rest.split_once(after).map_or(rest, |(found, _)| found)
}

/// The log of acts in lines, oldest first, without ids.
async fn log(store: &Store) -> Vec<String> {
    let mut rows = audit::list(store.read(), None, None, 100).await.expect("the log");
    rows.reverse();
    rows.into_iter()
        .map(|row| {
            let run = row.run_id.map(|_| "run").unwrap_or("");
            let detail = match row.act.as_str().starts_with("token") {
                true => row.detail.and_then(|text| Some(text.split_once(' ')?.1.to_owned())),
                false => row.detail,
            };
            let source = row.source_id.unwrap_or_default();
            let detail = detail.unwrap_or_default();
            let line = format!("{} {} {source} {run} {detail}", row.actor, row.act);
            line.split_whitespace().collect::<Vec<_>>().join(" ")
        })
        .collect()
}

/// A source with twenty entries, of which the next reading takes eighteen away: it is held.
async fn held(store: &Store) -> (Fixture, Uuid) {
    let fixture = fresh(store).await;
    fixture.set(PATH, Reply::json(catalogue(1..=20)));
    harvest(store, "fr-test", "2026-01-01T00:00:00Z").await;
    fixture.set(PATH, Reply::json(catalogue([1, 2, 21])));
    let run = harvest(store, "fr-test", "2026-01-02T00:00:00Z").await;
    assert_eq!(run.state.as_str(), "held");
    (fixture, run.id)
}

async fn state_of(store: &Store, run: Uuid) -> String {
    runs::get(store.read(), run).await.expect("the run").state.to_string()
}
