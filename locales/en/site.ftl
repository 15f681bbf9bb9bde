# What every page says.

site-name = Fedcat
site-claim = Free software of public administrations
site-description = A federated catalogue of the free and open-source software that public administrations use: who uses it, in which country, under which licence, and who says so.
skip-to-content = Skip to the content
nav-main = Main menu
nav-language = Language of the site
nav-search = Search
nav-sources = Sources
nav-about = About
nav-api = API
nav-csv = Whole catalogue as CSV
foot-origin = The data come from the sources that each entry names, under the licence of each source.
colon = :
not-stated = not stated
since = since
without-name = Without a name
in-language = in { $language }
source-with-place = { $source } ({ $place })
unnamed = name not stated, { $uri }
more-values =
    { $n ->
        [one] { $number } more
       *[other] { $number } more
    }
moment = { $day }, { $time } UTC
moment-never = never
moment-not-planned = not planned

## The reference of the API
api-title = The API
api-lead = What programs may ask of this catalogue, and what they get. Made from the OpenAPI document, from which clients can be generated.
api-document = The OpenAPI document

## Errors
error-title-not-found = This page does not exist
error-text-not-found = The address may be misspelt, or what it named was never here. Search the catalogue instead.
error-title-gone = This is no longer here
error-text-gone = Every source has withdrawn it.
error-title-method = This address only answers to reading
error-text-method = Open it as a page instead.
error-title-request = The address cannot be understood
error-text-request = One of its parameters has a value that is not expected.
error-title-sign-in = This is for operators
error-text-sign-in = Sign in first. A session may have ended meanwhile.
error-title-refused = This was refused
error-text-refused = The form does not come from a page of this site that is open in your session. Open the page again and repeat what you wanted to do.
error-title-conflict = This cannot be done right now
error-text-conflict = Something else has happened meanwhile. Nothing was changed.
error-title-too-often = You ask very often
error-text-too-often = Others wait too. Wait a moment, then try again.
error-title-unavailable = The service does not answer right now
error-title-search = Search is unavailable for now
error-text-unavailable = Please try again in a few minutes.
error-text-search = The search engine does not answer. It will be back; nothing is lost.
error-title-internal = Something went wrong here
error-text-internal = It is not your fault, and the operator has been told. Please try again later.
error-home = Back to the start
error-again = Try this search again
error-rest = Everything else works:
error-status = Status
page-in-brief = Some lists and texts on this page are cut: it would be too large. The API has all of it.
