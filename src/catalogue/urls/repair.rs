//! What people write in place of a web address, and means one all the same.

use url::Url;

use crate::catalogue::countries;

/// Schemes that stand before the address of a web page or of a repository.
const SCHEMES: &[&str] =
    &["https", "http", "git+https", "git+http", "git+ssh", "ssh+git", "git", "ssh"];
/// Endings of names of files, which are no hosts.
const FILES: &[&str] = &[
    "bmp", "gif", "htm", "html", "ico", "jpeg", "jpg", "json", "md", "pdf", "php", "png", "rst",
    "svg", "txt", "webp", "xml", "yaml", "yml",
];
/// The domains at the top by which a name alone is taken for a host, beside those of countries.
const DOMAINS: &[&str] = &[
    "app", "biz", "cloud", "club", "com", "coop", "dev", "digital", "edu", "eu", "gov", "health",
    "info", "int", "io", "mil", "museum", "net", "ngo", "online", "org", "pro", "site", "software",
    "tech", "tools", "wiki", "world", "xyz",
];

/// The address with one scheme, `http` or `https` where it had one of Git.
pub(super) fn scheme(text: &str) -> String {
    let text = text.strip_prefix("scm:git:").unwrap_or(text);
    let Some((scheme, rest)) = innermost(text) else {
        return scp(text, true).unwrap_or_else(|| text.to_owned());
    };
    match scheme {
        // What Git takes for a path is no port.
        "http" | "https" if rest.starts_with("git@") && Url::parse(text).is_err() => {
            scp(rest, false).unwrap_or_else(|| text.to_owned())
        }
        "http" | "https" => match within_itself(rest) {
            Some(inner) => inner.to_owned(),
            // As it is written: what else is odd in it is for the parser.
            None if text.len() == scheme.len() + "://".len() + rest.len() => text.to_owned(),
            None => format!("{scheme}://{rest}"),
        },
        "git+http" | "git+https" => format!("https://{rest}"),
        _ => scp(rest, false).unwrap_or_else(|| format!("https://{}", without_port(rest))),
    }
}

/// The last of the schemes at the start of a text, and what follows it.
fn innermost(text: &str) -> Option<(&'static str, &str)> {
    let mut found = first_scheme(text)?;
    while let Some(inner) = first_scheme(found.1) {
        found = inner;
    }
    Some(found)
}

fn first_scheme(text: &str) -> Option<(&'static str, &str)> {
    SCHEMES.iter().find_map(|scheme| {
        let start = text.get(..scheme.len())?;
        let rest = text.get(scheme.len()..).filter(|_| start.eq_ignore_ascii_case(scheme))?;
        let is_web = scheme.starts_with("http");
        // The colon is forgotten at times.
        let (slashes, fewest) = match rest.strip_prefix(':') {
            Some(slashes) => (slashes, 1),
            None => (Some(rest).filter(|_| is_web)?, 2),
        };
        let rest = slashes.trim_start_matches('/');
        (slashes.len() - rest.len() >= fewest).then_some((*scheme, rest))
    })
}

/// The inner address in `host/a/https://host/a/b`: one that was pasted behind its own beginning.
fn within_itself(rest: &str) -> Option<&str> {
    let path = rest.split(['?', '#']).next().unwrap_or(rest);
    let at = ["https://", "http://"].iter().filter_map(|scheme| path.find(scheme)).min()?;
    let (outer, inner) = rest.split_at_checked(at)?;
    let (_, named) = inner.split_once("://")?;
    let start = named.get(..outer.len())?;
    (!outer.is_empty() && start.eq_ignore_ascii_case(outer)).then_some(inner)
}

/// `user@host:path` as an address. Without a scheme before it (`bare`) the user must be there, so
/// that it is no host with a port; digits before two more parts are a port.
fn scp(text: &str, bare: bool) -> Option<String> {
    let (user, rest) = match text.split_once('@') {
        Some((user, rest)) if is_user(user) => (user, rest),
        _ if bare => return None,
        _ => ("", text),
    };
    let at = rest.find([':', '/'])?;
    let (host, path) = rest.split_at(at);
    let is_path = path.starts_with('/');
    if (is_path && user != "git") || (bare && user != "git" && !is_host(host)) {
        return None;
    }
    let path = path.get(1..)?.trim_start_matches('/');
    let path = match path.split_once('/') {
        Some((port, inner)) if !is_path && is_number(port) && (!bare || inner.contains('/')) => {
            inner
        }
        _ => path,
    };
    Some(format!("https://{host}/{path}"))
}

/// An address without scheme, user and port.
fn without_port(rest: &str) -> String {
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = authority.rsplit('@').next().unwrap_or(authority);
    let host = match host.rsplit_once(':') {
        Some((name, port)) if is_number(port) => name,
        _ => host,
    };
    format!("{host}{path}")
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_user(text: &str) -> bool {
    let is_sign = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    !text.is_empty() && text.chars().all(is_sign)
}

/// The address of a text that begins with the name of a host.
pub(super) fn without_scheme(text: &str) -> Option<String> {
    let rest = text.strip_prefix("//").unwrap_or(text);
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let host = match authority.split_once(':') {
        Some((host, port)) if is_number(port) => host,
        Some(_) => return None,
        None => authority,
    };
    let ending = host.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let is_known = DOMAINS.contains(&ending.as_str())
        || (ending.len() == 2 && (countries::of_code(&ending).is_some() || ending == "eu"));
    let says_so = is_known || path.len() > 1 || host.to_ascii_lowercase().starts_with("www.");
    let is_usable = is_host(host) && says_so && !text.contains(char::is_whitespace);
    is_usable.then(|| format!("https://{rest}"))
}

/// Whether a text is the name of a host with a domain at the top, and no name of a file.
fn is_host(text: &str) -> bool {
    let labels: Vec<&str> = text.split('.').collect();
    let is_label = |label: &&str| {
        !label.is_empty()
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let Some(top) = labels.last().map(|top| top.to_ascii_lowercase()) else { return false };
    let is_top = top.starts_with("xn--") || (top.len() > 1 && top.chars().all(char::is_alphabetic));
    labels.len() > 1 && labels.iter().all(is_label) && is_top && !FILES.contains(&top.as_str())
}

/// The address that a path means beside `base`. A word alone is none.
pub(super) fn relative(text: &str, base: &str) -> Option<String> {
    let base = Url::parse(base).ok().filter(|base| matches!(base.scheme(), "http" | "https"))?;
    let path = text.split(['?', '#']).next().unwrap_or(text);
    let ending = path.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    let is_file = ending.is_some_and(|ending| FILES.contains(&ending.as_str()));
    let is_path = ["/", "./", "../"].iter().any(|start| text.starts_with(start)) || is_file;
    let is_plain = !text.contains(|c: char| c.is_whitespace() || matches!(c, ':' | '\\' | '@'));
    (is_path && is_plain && !text.starts_with("//")).then(|| base.join(text).ok())?.map(Into::into)
}
