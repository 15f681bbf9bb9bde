//! Who is an operator: tokens, sessions, and forms that only come from our pages.

use chrono::TimeDelta;
use fedcat::store::entity::{session, token};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::*;

/// Acts of the API with a body that they would take.
const API: [(&str, &str); 9] = [
    ("/api/v1/sources/fr-test/runs", ""),
    ("/api/v1/sources/fr-test/hold", "{\"reason\":\"x\"}"),
    ("/api/v1/sources/fr-test/release", ""),
    ("/api/v1/sources/fr-test/disable", "{\"reason\":\"x\"}"),
    ("/api/v1/sources/fr-test/enable", ""),
    ("/api/v1/runs/00000000-0000-7000-8000-000000000000/accept", ""),
    ("/api/v1/runs/00000000-0000-7000-8000-000000000000/reject", ""),
    (
        "/api/v1/verdicts",
        "{\"verdict\":\"same\",\"records\":[\"fr-test:1\",\"fr-test:2\"],\"reason\":\"x\"}",
    ),
    ("/api/v1/verdicts/00000000-0000-7000-8000-000000000000/undo", ""),
];

/// What only operators read of the API.
const READ: [&str; 4] = [
    "/api/v1/audit",
    "/api/v1/candidates",
    "/api/v1/candidates/00000000-0000-7000-8000-000000000000~00000000-0000-7000-8000-000000000001",
    "/api/v1/verdicts",
];

#[tokio::test]
async fn without_a_token_acts_are_absent_and_refused() {
    let app = App::empty().await;
    let (_fixture, run) = held(&app.store).await;
    let page = app.get_with("/sources/fr-test", &[PAGE]).await;
    assert!(!page.body.contains("method=\"post\""), "{}", page.body);

    for (path, body) in API {
        let answer = api(&app, path, None, body).await;
        assert_eq!(answer.status, 401, "{path}");
        assert_eq!(answer.headers[header::CONTENT_TYPE], "application/problem+json");
        assert!(answer.headers.contains_key(header::WWW_AUTHENTICATE));
        assert!(answer.body.contains("\"code\":\"token-needed\""), "{}", answer.body);
    }
    for act in ["run", "hold", "release", "accept", "reject", "disable", "enable", "nothing"] {
        let path = format!("/sources/fr-test/{act}");
        let body = format!("form_token=x&reason=x&run={run}");
        assert_eq!(post(&app, &path, &[FORM, PAGE], &body).await.status, 401, "{act}");
    }
    for path in READ.into_iter().chain(["/audit"]) {
        assert_eq!(app.get_with(path, &[PAGE]).await.status, 401, "{path}");
    }
    assert_eq!(log(&app.store).await, Vec::<String>::new());
    assert_eq!(state_of(&app.store, run).await, "held");
}

#[tokio::test]
async fn the_document_says_which_acts_need_a_token() {
    let app = App::empty().await;
    let document = app.json("/api/v1/openapi.json").await;
    assert_eq!(document["components"]["securitySchemes"]["operator"]["scheme"], "bearer");
    let paths = document["paths"].as_object().expect("paths");
    let mut protected: Vec<String> = Vec::new();
    for (path, methods) in paths {
        for (method, operation) in methods.as_object().expect("methods") {
            let needs_token = operation.get("security").is_some();
            assert_eq!(needs_token, operation["responses"].get("401").is_some(), "{path}");
            assert!(needs_token || method == "get", "{method} {path}");
            protected.extend(needs_token.then(|| path.clone()));
        }
    }
    assert_eq!(
        protected.len(),
        API.len() + READ.len(),
        "the acts and what tells of them: {protected:?}"
    );
}

#[tokio::test]
async fn only_a_good_token_opens() {
    let app = App::empty().await;
    let _fixture = fresh(&app.store).await;
    let good = token(&app.store, "anna").await;
    let (expired, _) = token_of(&app.store, "old", clock::now() - TimeDelta::days(366)).await;
    let (revoked, row) = token_of(&app.store, "gone", clock::now()).await;
    let cli = Actor::command_line(None);
    tokens::revoke(&app.store, &cli, row.id, clock::now()).await.expect("revoked");
    let again = tokens::revoke(&app.store, &cli, row.id, clock::now()).await;
    assert!(again.is_err(), "revoked once");
    let (other, row) = token_of(&app.store, "other", clock::now()).await;
    let set_scope = async |word: &str| {
        let tx = app.store.write().await.expect("a transaction");
        token::Entity::update_many()
            .col_expr(token::Column::Scope, Expr::value(word))
            .filter(token::Column::Id.eq(row.id))
            .exec(&tx)
            .await
            .expect("written");
        tx.commit().await.expect("committed");
    };
    set_scope("reader").await;
    let unknown = Secret::new(PREFIX).expect("randomness");
    let mut cut = good.reveal().to_owned();
    cut.pop();
    for (name, shown, opens) in [
        ("good", good.reveal(), true),
        ("expired", expired.reveal(), false),
        ("revoked", revoked.reveal(), false),
        ("of another scope", other.reveal(), false),
        ("unknown", unknown.reveal(), false),
        ("cut", &cut, false),
        ("its hash", &good.hash(), false),
        ("nothing", "", false),
        ("injection", "fedcat_op_' OR 1=1 --", false),
    ] {
        let bearer = format!("Bearer {shown}");
        let answer = app.get_with("/api/v1/audit", &[(header::AUTHORIZATION, &bearer)]).await;
        assert_eq!(answer.status.as_u16(), if opens { 200 } else { 401 }, "{name}");
        let body = format!("token={}", shown.replace(' ', "+"));
        let answer = post(&app, "/sign-in", &[FORM, PAGE], &body).await;
        assert_eq!(answer.status.as_u16(), if opens { 303 } else { 422 }, "{name}");
        assert!(opens || !answer.headers.contains_key(header::SET_COOKIE), "{name}");
        assert!(shown.is_empty() || !answer.body.contains(shown), "what was typed is not repeated");
    }
    let unknown = tokens::all(app.store.read()).await.expect_err("no list without one of them");
    assert!(unknown.to_string().starts_with("token.scope holds \"reader\""), "{unknown}");
    set_scope("operator").await;
    let rows = tokens::all(app.store.read()).await.expect("tokens");
    let used: Vec<bool> = rows.iter().map(|row| row.last_used_on.is_some()).collect();
    assert_eq!(used, [true, false, false, false], "the day of the last use is kept");
    let kept = format!("{rows:?}");
    assert!(!kept.contains(good.reveal()), "only hashes are kept");
}

#[tokio::test]
async fn wrong_tokens_are_told_so_a_few_times_and_keep_out_nobody_else() {
    let app = App::empty().await;
    let mut seen = Vec::new();
    for _ in 0..30 {
        let wrong = Secret::new(PREFIX).expect("randomness");
        let answer = api(&app, "/api/v1/sources/x/runs", Some(&wrong), "").await;
        seen.push(answer.status.as_u16());
    }
    assert_eq!(seen[..20], [401; 20]);
    assert_eq!(seen.last(), Some(&429));
    let wrong = Secret::new(PREFIX).expect("randomness");
    let body = format!("token={}", wrong.reveal());
    let answer = post(&app, "/sign-in", &[FORM, PAGE], &body).await;
    assert_eq!(answer.status, 429, "the same bound for the website");

    let good = token(&app.store, "anna").await;
    let answer = api(&app, "/api/v1/sources/x/runs", Some(&good), "").await;
    assert_eq!(answer.status, 404, "wrong tokens of others keep no operator out");
}

#[tokio::test]
async fn a_session_and_the_choice_of_a_language_begin_together() {
    let app = App::empty().await;
    let secret = token(&app.store, "anna").await;
    let body = format!("token={}", secret.reveal());
    let answer = post(&app, "/sign-in?lang=fr", &[FORM, PAGE], &body).await;
    assert_eq!(answer.status, 303);
    let cookies: Vec<&str> = answer
        .headers
        .get_all(header::SET_COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok()?.split('=').next())
        .collect();
    assert_eq!(cookies, ["__Host-fedcat_session", "lang"]);
}

#[tokio::test]
async fn a_session_is_a_cookie_of_this_host_that_no_script_reads() {
    let app = App::empty().await;
    let secret = token(&app.store, "anna").await;
    let body = format!("token={}", secret.reveal());
    let answer = post(&app, "/sign-in", &[FORM, PAGE], &body).await;
    let cookie = answer.headers[header::SET_COOKIE].to_str().expect("text").to_owned();
    assert!(cookie.starts_with("__Host-fedcat_session="), "{cookie}");
    assert!(
        cookie.ends_with("; Path=/; Max-Age=86400; HttpOnly; SameSite=Lax; Secure"),
        "{cookie}"
    );
    assert!(!cookie.contains(secret.reveal()) && !cookie.contains(&secret.hash()));
    let rows = session::Entity::find().all(app.store.read()).await.expect("sessions");
    assert!(!cookie.contains(&rows[0].hash), "only its hash is kept");
}

#[tokio::test]
async fn what_a_session_shows_is_kept_by_no_cache_and_what_others_see_stays_as_it_was() {
    let app = App::empty().await;
    let _fixture = fresh(&app.store).await;
    let signed = sign_in(&app, &token(&app.store, "anna").await).await;
    for path in ["/", "/about", "/sources", "/sources/fr-test", "/audit", "/sign-in"] {
        let private = signed.get(&app, path).await;
        assert_eq!(private.status, 200, "{path}");
        assert_eq!(private.headers[header::CACHE_CONTROL], "private, no-store", "{path}");
        assert!(!private.headers.contains_key(header::ETAG), "{path}");
        assert!(private.body.contains("Signed in as anna"), "{path}");
        if path == "/audit" {
            continue;
        }
        let public = app.get_with(path, &[PAGE]).await;
        assert_eq!(
            public.headers[header::CACHE_CONTROL],
            "public, max-age=0, must-revalidate",
            "{path}"
        );
        let tag = public.headers[header::ETAG].to_str().expect("a tag").to_owned();
        assert!(!public.body.contains("anna"), "{path}");
        let other = [PAGE, (header::COOKIE, "a=b"), (header::IF_NONE_MATCH, tag.as_str())];
        assert_eq!(app.get_with(path, &other).await.status, 304, "{path}");
        // A session with a tag of the public page gets its own page.
        let held = [PAGE, (header::COOKIE, &signed.cookie), (header::IF_NONE_MATCH, &tag)];
        assert_eq!(app.get_with(path, &held).await.status, 200, "{path}");
    }
    let french = signed.get(&app, "/about?lang=fr").await;
    assert_eq!(french.headers[header::CACHE_CONTROL], "private, no-store");
    let bearer = format!("Bearer {}", token(&app.store, "bob").await.reveal());
    let log = app.get_with("/api/v1/audit", &[(header::AUTHORIZATION, &bearer)]).await;
    assert_eq!(log.headers[header::CACHE_CONTROL], "private, no-store");
}

#[tokio::test]
async fn a_session_ends() {
    let app = App::empty().await;
    let shifted = async |column: session::Column, by: TimeDelta| {
        let tx = app.store.write().await.expect("a transaction");
        session::Entity::update_many()
            .col_expr(column, Expr::value(clock::now() - by))
            .exec(&tx)
            .await
            .expect("written");
        tx.commit().await.expect("committed");
    };
    let is_open = async |signed: &Signed| signed.get(&app, "/audit").await.status == 200;
    let (secret, row) = token_of(&app.store, "anna", clock::now()).await;

    let signed = sign_in(&app, &secret).await;
    shifted(session::Column::LastUsedAt, TimeDelta::minutes(479)).await;
    assert!(is_open(&signed).await, "in use");
    shifted(session::Column::CreatedAt, TimeDelta::minutes(1439)).await;
    assert!(is_open(&signed).await, "its use was written down");
    shifted(session::Column::CreatedAt, TimeDelta::hours(24)).await;
    assert!(!is_open(&signed).await, "a day after its beginning");

    let signed = sign_in(&app, &secret).await;
    shifted(session::Column::LastUsedAt, TimeDelta::hours(8)).await;
    assert!(!is_open(&signed).await, "eight hours without use");

    let signed = sign_in(&app, &secret).await;
    let kept = session::Entity::find().all(app.store.read()).await.expect("sessions");
    assert_eq!(kept.len(), 1, "those that have ended are forgotten");
    assert_eq!(signed.act(&app, "/sign-out", "").await.status, 303);
    assert!(!is_open(&signed).await, "signed out");

    let signed = sign_in(&app, &secret).await;
    let cli = Actor::command_line(None);
    tokens::revoke(&app.store, &cli, row.id, clock::now()).await.expect("revoked");
    assert!(!is_open(&signed).await, "its token was revoked");

    let (secret, row) = token_of(&app.store, "bob", clock::now()).await;
    let signed = sign_in(&app, &secret).await;
    let tx = app.store.write().await.expect("a transaction");
    token::Entity::update_many()
        .col_expr(token::Column::ExpiresAt, Expr::value(clock::now()))
        .filter(token::Column::Id.eq(row.id))
        .exec(&tx)
        .await
        .expect("written");
    tx.commit().await.expect("committed");
    assert!(!is_open(&signed).await, "its token has expired");
}

#[tokio::test]
async fn forms_are_taken_from_pages_of_the_session_only() {
    let app = App::empty().await;
    let _fixture = fresh(&app.store).await;
    let anna = sign_in(&app, &token(&app.store, "anna").await).await;
    let bob = sign_in(&app, &token(&app.store, "bob").await).await;
    let before = log(&app.store).await;
    let origin = |value| (header::ORIGIN, value);
    let site = |value| (header::HeaderName::from_static("sec-fetch-site"), value);
    let host = (header::HOST, "fedcat.example.org");
    let mine = format!("form_token={}&reason=x", anna.form_token);
    let others = format!("form_token={}&reason=x", bob.form_token);
    for (name, headers, body) in [
        ("another origin", vec![origin("https://evil.example.org"), host.clone()], &mine),
        ("another site", vec![site("cross-site")], &mine),
        (
            "a sibling",
            vec![site("same-site"), origin("https://x.example.org"), host.clone()],
            &mine,
        ),
        ("an opaque origin", vec![origin("null"), host.clone()], &mine),
        ("no token", vec![site("same-origin")], &"reason=x".to_owned()),
        ("an empty token", vec![site("same-origin")], &"form_token=&reason=x".to_owned()),
        ("the token of another session", vec![site("same-origin")], &others),
    ] {
        let mut headers = headers;
        headers.extend([FORM, PAGE, (header::COOKIE, &anna.cookie)]);
        for path in ["/sources/fr-test/hold", "/sources/fr-test/disable", "/sign-out"] {
            let answer = post(&app, path, &headers, body).await;
            assert_eq!(answer.status, 403, "{name} {path}");
        }
    }
    for headers in
        [vec![origin("https://evil.example.org"), host.clone()], vec![site("cross-site")]]
    {
        let mut headers = headers;
        headers.extend([FORM, PAGE]);
        let body = format!("token={}", token(&app.store, "eve").await.reveal());
        let answer = post(&app, "/sign-in", &headers, &body).await;
        assert_eq!(answer.status, 403, "nobody is signed in by another site");
    }
    let after = log(&app.store).await;
    let acts = after.iter().filter(|line| !line.contains("token-create")).count();
    let acts_before = before.iter().filter(|line| !line.contains("token-create")).count();
    assert_eq!(acts, acts_before, "{after:?}");
    // The browser of an operator behind a proxy that changes the host.
    let mut headers = vec![origin("https://fedcat.example.org"), (header::HOST, "inside:8080")];
    headers.extend([FORM, PAGE, (header::COOKIE, &anna.cookie)]);
    assert_eq!(post(&app, "/sources/fr-test/hold", &headers, &mine).await.status, 303);
    // A cookie opens no act of the API.
    let cookie = [(header::COOKIE, anna.cookie.as_str())];
    for (path, body) in API {
        assert_eq!(post(&app, path, &cookie, body).await.status, 401, "{path}");
    }
}
