//! What decoding a listing costs, beside a floor in the same run: parsing the same bytes as JSON.
#![allow(clippy::expect_used, reason = "a bench may")]

use std::hint::black_box;
use std::ops::ControlFlow;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use fedcat::formats::{ItemFormat, SourceContext, catalogi, code_json};
use serde_json::{Value, json};

const ENTRIES: u32 = 1_000;

fn catalogue() -> String {
    let entry = |n: u32| {
        json!({
            "id": n, "name": format!("Outil {n}"), "description": {"fr": "Fait une chose utile."},
            "license": "GPL-3.0", "addedTime": "2025-01-01T00:00:00Z",
            "updateTime": "2025-01-01T00:00:00Z", "url": format!("https://outil{n}.example.org"),
            "codeRepositoryUrl": format!("https://github.com/example-org/outil-{n}"),
            "keywords": ["carte", "gestion"], "providers": [{"@type": "Organization", "name": "Une société"}],
            "userAndReferentCountByOrganization": {"Ville": {"userCount": 2, "referentCount": 1}},
        })
    };
    Value::from_iter((0..ENTRIES).map(entry)).to_string()
}

fn inventory() -> String {
    let entry = |n: u32| {
        json!({
            "name": format!("tool-{n}"), "organization": "Example Agency",
            "description": "Does a useful thing.",
            "repositoryURL": format!("https://github.com/example-org/tool-{n}"),
            "permissions": {"usageType": "openSource", "licenses": [{"name": "MIT"}]},
            "tags": ["map"], "laborHours": 12, "contact": {"email": "team@example.org"},
            "date": {"lastModified": "2025-01-01"},
        })
    };
    json!({"agency": "EX", "version": "2.0.0", "releases": Value::from_iter((0..ENTRIES).map(entry))})
        .to_string()
}

fn decode(format: &dyn ItemFormat, bytes: &[u8], context: &SourceContext) -> usize {
    let mut listed = 0;
    format
        .split(&mut &*bytes, &mut |item| {
            listed += usize::from(format.decode(item, context).external_id.is_some());
            ControlFlow::Continue(())
        })
        .expect("a listing");
    listed
}

fn decoding(criterion: &mut Criterion) {
    let context = SourceContext {
        source: "xx-bench".to_owned(),
        base_url: "https://example.org/api/v2/catalogi.json".to_owned(),
        country: Some("FR".to_owned()),
        operator: "Bench".to_owned(),
        ..SourceContext::default()
    };
    let listings: [(&str, String, &dyn ItemFormat); 2] = [
        ("catalogi", catalogue(), &catalogi::Catalogi),
        ("code-json", inventory(), &code_json::CodeJson),
    ];
    for (name, text, format) in listings {
        let mut group = criterion.benchmark_group(format!("{ENTRIES} entries of {name}"));
        group.throughput(Throughput::Elements(u64::from(ENTRIES)));
        group.bench_function("floor: parse as JSON", |bench| {
            bench.iter(|| black_box(serde_json::from_str::<Value>(&text).expect("JSON")));
        });
        group.bench_function("split and decode", |bench| {
            bench.iter(|| black_box(decode(format, text.as_bytes(), &context)));
        });
        group.finish();
    }
}

criterion_group!(benches, decoding);
criterion_main!(benches);
