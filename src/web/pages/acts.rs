//! `POST /sources/{id}/{act}`: what an operator decides about a source on its page.

use axum::extract::{Path, State};
use axum::response::Redirect;
use serde::Deserialize;
use uuid::Uuid;

use crate::harvest::acts::{self, Reason};
use crate::store::audit::Act;
use crate::store::{runs, sources};
use crate::web::AppState;
use crate::web::error::Error;
use crate::web::i18n::reader::Reader;

/// Acts about a source that its page offers.
pub const OFFERED: [Act; 7] =
    [Act::Run, Act::Hold, Act::Release, Act::Accept, Act::Reject, Act::Disable, Act::Enable];

#[derive(Deserialize)]
struct ActForm {
    /// The reason, for acts that need one.
    #[serde(default)]
    reason: String,
    /// The held run that is decided about.
    run: Option<Uuid>,
}

/// `GET /sources/{id}/{act}`: whoever follows a link to an act is led to the page of the source.
pub async fn get(
    State(state): State<AppState>,
    Path((id, act)): Path<(String, String)>,
) -> Result<Redirect, Error> {
    known(&act)?;
    let source = sources::get(state.store.read(), &id).await?;
    Ok(Redirect::to(&format!("/sources/{}#operator", source.id)))
}

/// Carries the act out and leads back to the page.
pub async fn post(
    State(state): State<AppState>,
    reader: Reader,
    Path((id, act)): Path<(String, String)>,
    body: String,
) -> Result<Redirect, Error> {
    let session = reader.session.as_ref().ok_or(Error::Unauthorised)?;
    let form: ActForm = session.read(&body)?;
    let act = known(&act)?;
    let (store, actor) = (&state.store, session.actor());
    match act {
        Act::Run => {
            acts::run(store, &actor, &id).await?;
            state.wake.notify_one();
        }
        Act::Hold => acts::hold(store, &actor, &id, &Reason::new(&form.reason)?).await?,
        Act::Release => acts::release(store, &actor, &id).await?,
        Act::Disable => acts::disable(store, &actor, &id, &Reason::new(&form.reason)?).await?,
        Act::Enable => acts::enable(store, &actor, &id).await?,
        Act::Accept => {
            acts::accept(store, &actor, held_run(&state, &id, &form).await?).await?;
            state.wake.notify_one();
        }
        Act::Reject => {
            acts::reject(store, &actor, held_run(&state, &id, &form).await?).await?;
        }
        Act::SignIn
        | Act::Add
        | Act::Address
        | Act::Remove
        | Act::CreateToken
        | Act::RevokeToken
        | Act::Same
        | Act::Different
        | Act::Undo => return Err(no_act(act.as_str())),
    }
    Ok(Redirect::to(&format!("/sources/{id}?done={}#operator", act.as_str())))
}

/// The act of an address.
fn known(word: &str) -> Result<Act, Error> {
    let act = OFFERED.into_iter().find(|one| one.as_str() == word);
    act.ok_or_else(|| no_act(word))
}

fn no_act(word: &str) -> Error {
    Error::NotFound { what: "act", id: word.to_owned() }
}

/// The run that the form names, if it is one of this source.
async fn held_run(state: &AppState, source: &str, form: &ActForm) -> Result<Uuid, Error> {
    let id = form.run.ok_or_else(|| Error::NotFound { what: "run", id: String::new() })?;
    let run = runs::get(state.store.read(), id).await?;
    match run.source_id == source {
        true => Ok(id),
        false => Err(Error::NotFound { what: "run", id: id.to_string() }),
    }
}
