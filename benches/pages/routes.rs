//! Every route that answers to GET, with an address of which the catalogue has much to say.

use chrono::TimeDelta;
use fedcat::clock;
use fedcat::secrets::Secret;
use fedcat::store::audit::Actor;
use fedcat::store::entity::record;
use fedcat::store::tokens::{self, Scope};
use fedcat::store::{Store, findings, runs, software, sources};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::catalogue::{MAIN, TENTH};
use super::load::Route;

/// The routes. The exports are streams of the whole catalogue and stand for themselves.
pub async fn all(store: &Store) -> Vec<Route> {
    let db = store.read();
    let shared = sources::shared(db, MAIN, TENTH, None, 1).await.expect("shared entries");
    let id = *shared.first().expect("a shared entry");
    let software::Lookup::Here(entry) = software::lookup(db, id).await.expect("an entry") else {
        panic!("{id} is not an entry");
    };
    let record = record::Entity::find()
        .filter(record::Column::SoftwareId.eq(id))
        .order_by_asc(record::Column::SourceId)
        .one(db)
        .await
        .expect("an answer")
        .expect("a record");
    let (source, record) = (record.source_id, record.id);
    let run = runs::list(db, Some(MAIN), None, 1).await.expect("runs");
    let run = run.first().expect("a run").id;
    let found = findings::by_code(db, Some(MAIN)).await.expect("findings");
    let code = found.first().map_or("-", |(code, _)| code.as_str());
    let slug = &entry.slug;
    let targets = [
        "/".to_owned(),
        "/?q=budget".to_owned(),
        "/?q=gestion+carte&licence=MIT&source=xx-bench-1&page=2".to_owned(),
        format!("/software/{id}/{slug}"),
        "/sources".to_owned(),
        format!("/sources/{MAIN}"),
        format!("/sources/{TENTH}"),
        format!("/sources/{source}/raw/{record}"),
        format!("/sources/{MAIN}/shared/{TENTH}"),
        format!("/sources/{TENTH}/shared/xx-bench-2"),
        format!("/sources/{MAIN}/findings.atom"),
        "/licences/MIT".to_owned(),
        "/about".to_owned(),
        "/sign-in".to_owned(),
        "/robots.txt".to_owned(),
        "/sitemap.xml".to_owned(),
        "/sitemap/1.xml".to_owned(),
        "/api/v1/search?q=budget".to_owned(),
        "/api/v1/suggest?q=outil".to_owned(),
        "/api/v1/software".to_owned(),
        "/api/v1/software?licence=MIT".to_owned(),
        format!("/api/v1/software?source={TENTH}"),
        format!("/api/v1/records?source={TENTH}"),
        format!("/api/v1/software/{id}"),
        "/api/v1/statistics".to_owned(),
        "/api/v1/events".to_owned(),
        "/api/v1/sources".to_owned(),
        format!("/api/v1/sources/{MAIN}"),
        "/api/v1/runs".to_owned(),
        format!("/api/v1/runs?source={TENTH}"),
        format!("/api/v1/runs/{run}"),
        "/api/v1/findings".to_owned(),
        format!("/api/v1/findings?source={TENTH}"),
        format!("/api/v1/findings?source={TENTH}&code={code}"),
        format!("/api/v1/findings?source={TENTH}&state=closed"),
        format!("/api/v1/records/{record}/raw"),
        "/api/v1/licences".to_owned(),
        "/api/v1/licences/normalise?q=GPL+v3".to_owned(),
        "/api/v1/openapi.json".to_owned(),
        "/healthz".to_owned(),
        "/readyz".to_owned(),
    ];
    let mut routes: Vec<Route> =
        targets.into_iter().map(|target| Route { target, token: None }).collect();
    let token = Some(operator(store).await);
    routes.push(Route { target: "/api/v1/audit".to_owned(), token });
    routes
}

async fn operator(store: &Store) -> String {
    let secret = Secret::new(tokens::PREFIX).expect("a secret");
    let actor = Actor::command_line(None);
    let life = TimeDelta::days(1);
    tokens::create(store, &actor, &secret, "bench", Scope::Operator, life, clock::now())
        .await
        .expect("a token");
    secret.reveal().to_owned()
}
