//! Generated documents: how large they are, how many words they have.
#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a bench may")]

mod documents;
mod random;
mod vocabulary;

fn main() {
    let n: usize = std::env::var("N").unwrap_or("3000".into()).parse().expect("n");
    let start = std::time::Instant::now();
    let mut bytes = 0;
    let mut seen = std::collections::HashSet::new();
    let mut names = std::collections::HashSet::new();
    let docs: Vec<_> = documents::Documents::new(1).take(n).collect();
    eprintln!("{:?}", start.elapsed());
    for d in &docs {
        for (at, t) in d.texts.iter().enumerate() {
            for t in t {
                bytes += t.len();
                for w in fedcat::search::fold::fold_phrase(t) {
                    if at == 0 {
                        names.insert(w.clone());
                    }
                    seen.insert(w);
                }
            }
        }
    }
    eprintln!(
        "{} bytes a doc, {} words, {} name words, {:?}",
        bytes / n,
        seen.len(),
        names.len(),
        start.elapsed()
    );
    if n < 10000 {
        for d in &docs[100..104] {
            eprintln!("{d:#?}");
        }
        eprintln!("{}", documents::number_of(docs[5].id));
    }
}
