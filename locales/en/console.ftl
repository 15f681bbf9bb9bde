# What operators see: signing in, deciding, the log of decisions.

nav-operators = For operators
operator = Operator
signed-in-as = Signed in as { $name }
sign-in-title = Sign in
sign-in-text = For whoever operates this catalogue: to read a source now, to decide about a reading that waits, to take a source off the schedule. Everything else is open to everybody.
sign-in-token = Token
sign-in-do = Sign in
sign-in-help = A session ends after 8 hours without use, after 24 hours in any case, and with its token. The token comes from “fedcat token create”, on the server.
sign-in-wrong = This is no token that is good now. It may have expired or been revoked.
sign-in-too-often = Too many wrong tokens were tried. Please wait a minute.
sign-out = Sign out

## The log
audit-title = Log of decisions
audit-text = What operators did, the newest first.
audit-none = Nobody has done anything yet.
audit-of-source = About { $source } only.
audit-all = Show all
audit-actor = Who
audit-act = What
audit-detail = Details
audit-earlier = Earlier ones
act-sign-in = signed in
act-add = added or changed a source
act-address = had a source read at another address
act-remove = took a source out of the catalogue
act-run = asked for a reading
act-hold = holds all readings
act-release = no longer holds readings
act-accept = accepted a held reading
act-reject = refused a held reading
act-disable = took off the schedule
act-enable = put on the schedule
act-token-create = made a token
act-token-revoke = revoked a token
act-verdict-same = said that two records are the same software
act-verdict-different = said that two records are not the same software
act-verdict-undo = took back what was decided about two records
