//! The source as modules, and what each names of the others. Tests in it do not count.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};
use syn::{Attribute, Item, ItemMod, ItemUse, UseTree, Visibility};

/// A module that is a file, by its path: `["store", "runs"]` is `src/store/runs.rs`, and the empty
/// path `src/lib.rs`.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Module(Vec<String>);

impl Module {
    /// The first part of the path.
    pub fn room(&self) -> Option<&str> {
        self.0.first().map(String::as_str)
    }
}

impl fmt::Display for Module {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "src/{}.rs", self.0.join("/"))
    }
}

/// A path as it is written, with the inline modules around it.
struct Named {
    inside: Vec<String>,
    segments: Vec<String>,
    /// Whether it is handed on to others only: `pub use`.
    is_handed_on: bool,
}

/// What stands in one file.
#[derive(Default)]
struct File {
    named: Vec<Named>,
    /// Names that come from elsewhere, with the paths that they stand for.
    imported: BTreeMap<String, Vec<String>>,
    inside: Vec<String>,
    /// Modules that are declared for tests only.
    tests: Vec<String>,
}

/// All files of the library.
pub struct Sources(BTreeMap<Module, File>);

impl Sources {
    /// Reads `src/`, but for the binary.
    pub fn read() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut paths = Vec::new();
        collect(&root, &mut paths);
        let read = paths.into_iter().filter_map(|path| {
            let module = module_of(path.strip_prefix(&root).ok()?)?;
            let text = std::fs::read_to_string(&path).expect("a file of the source");
            let parsed = syn::parse_file(&text).expect("Rust");
            let is_test = parsed.attrs.iter().any(is_cfg_test);
            let mut file = File::default();
            if !is_test {
                file.visit_file(&parsed);
            }
            Some((module, file))
        });
        let mut files: BTreeMap<Module, File> = read.collect();
        let tests = test_modules(&files);
        files.retain(|module, _| !tests.contains(module));
        Self(files)
    }

    /// Which file imports which. What a module only hands on to others counts as imported from
    /// where it is made.
    pub fn imports(&self) -> BTreeMap<Module, BTreeSet<Module>> {
        let of = |module: &Module, file: &File| {
            let targets = file.named.iter().filter(|named| !named.is_handed_on);
            let targets =
                targets.filter_map(|named| self.target(module, &named.inside, &named.segments, 0));
            targets.filter(|target| target != module && !target.0.is_empty()).collect()
        };
        self.0.iter().map(|(module, file)| (module.clone(), of(module, file))).collect()
    }

    /// The crates that each file names.
    pub fn crates(&self) -> impl Iterator<Item = (&Module, BTreeSet<&str>)> {
        self.0.iter().map(|(module, file)| {
            (
                module,
                file.named
                    .iter()
                    .filter_map(|named| named.segments.first().map(String::as_str))
                    .collect(),
            )
        })
    }

    /// The file in which stands what a path names, where that is one of ours.
    fn target(
        &self,
        from: &Module,
        inside: &[String],
        segments: &[String],
        depth: usize,
    ) -> Option<Module> {
        let mut at: Vec<String> = from.0.iter().chain(inside).cloned().collect();
        let mut rest = segments;
        match rest.first().map(String::as_str)? {
            "crate" => {
                at.clear();
                rest = rest.get(1..)?;
            }
            "self" => rest = rest.get(1..)?,
            "super" => {
                while rest.first().is_some_and(|one| one == "super") {
                    at.pop();
                    rest = rest.get(1..)?;
                }
            }
            first => {
                let is_child = self.0.contains_key(&child(&from.0, first));
                let imported = self.0.get(from)?.imported.get(first);
                // What a `use` here names is looked at where the `use` stands.
                if !is_child || imported.is_some() {
                    return None;
                }
                at.clone_from(&from.0);
            }
        }
        while let Some(next) = rest.first().filter(|next| self.0.contains_key(&child(&at, next))) {
            at.push(next.clone());
            rest = rest.get(1..)?;
        }
        // Inline modules stand in the file around them.
        while !self.0.contains_key(&Module(at.clone())) {
            at.pop()?;
        }
        let module = Module(at);
        let handed_on = rest.first().and_then(|name| self.0.get(&module)?.imported.get(name));
        match handed_on.filter(|_| depth < 8) {
            Some(path) if module != *from => {
                let path: Vec<String> = path.iter().chain(rest.get(1..)?).cloned().collect();
                self.target(&module, &[], &path, depth + 1).or(Some(module))
            }
            _ => Some(module),
        }
    }
}

/// The modules that are declared for tests only, with all below them.
fn test_modules(files: &BTreeMap<Module, File>) -> BTreeSet<Module> {
    let declared: Vec<Module> = files
        .iter()
        .flat_map(|(module, file)| file.tests.iter().map(|name| child(&module.0, name)))
        .collect();
    let is_test = |module: &&Module| declared.iter().any(|one| module.0.starts_with(&one.0));
    files.keys().filter(is_test).cloned().collect()
}

fn child(of: &[String], name: &str) -> Module {
    Module(of.iter().cloned().chain([name.to_owned()]).collect())
}

fn collect(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder of the source").flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

/// `main.rs` is no module of the library.
fn module_of(path: &Path) -> Option<Module> {
    let parts: Vec<String> =
        path.with_extension("").iter().map(|part| part.to_string_lossy().into_owned()).collect();
    match parts.as_slice() {
        [one] if one == "main" => None,
        [one] if one == "lib" => Some(Module::default()),
        _ => Some(Module(parts)),
    }
}

fn is_cfg_test(attribute: &Attribute) -> bool {
    attribute.path().is_ident("cfg")
        && attribute.parse_args::<syn::Ident>().is_ok_and(|ident| ident == "test")
}

impl File {
    fn name(&mut self, segments: Vec<String>, is_handed_on: bool) {
        self.named.push(Named { inside: self.inside.clone(), segments, is_handed_on });
    }

    /// Every path of a `use`, with the name under which it is known here.
    fn import(&mut self, tree: &UseTree, before: &[String], is_handed_on: bool) {
        let with = |name: &syn::Ident| {
            before.iter().cloned().chain([name.to_string()]).collect::<Vec<String>>()
        };
        let (path, name) = match tree {
            UseTree::Path(path) => {
                return self.import(&path.tree, &with(&path.ident), is_handed_on);
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.import(tree, before, is_handed_on);
                }
                return;
            }
            UseTree::Glob(_) => (before.to_vec(), None),
            UseTree::Name(name) if name.ident == "self" => {
                (before.to_vec(), before.last().cloned())
            }
            UseTree::Name(name) => (with(&name.ident), Some(name.ident.to_string())),
            UseTree::Rename(rename) if rename.ident == "self" => {
                (before.to_vec(), Some(rename.rename.to_string()))
            }
            UseTree::Rename(rename) => (with(&rename.ident), Some(rename.rename.to_string())),
        };
        if let Some(name) = name.filter(|_| self.inside.is_empty()) {
            self.imported.insert(name, path.clone());
        }
        self.name(path, is_handed_on);
    }
}

impl<'ast> Visit<'ast> for File {
    fn visit_item(&mut self, item: &'ast Item) {
        let attributes = match item {
            Item::Mod(one) => &one.attrs,
            Item::Fn(one) => &one.attrs,
            Item::Impl(one) => &one.attrs,
            Item::Use(one) => &one.attrs,
            Item::Struct(one) => &one.attrs,
            _ => &Vec::new(),
        };
        match item {
            Item::Mod(module) if attributes.iter().any(is_cfg_test) => {
                self.tests.push(module.ident.to_string());
            }
            _ if attributes.iter().any(is_cfg_test) => {}
            _ => visit::visit_item(self, item),
        }
    }

    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        self.inside.push(module.ident.to_string());
        visit::visit_item_mod(self, module);
        self.inside.pop();
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        let is_handed_on = !matches!(item.vis, Visibility::Inherited);
        self.import(&item.tree, &[], is_handed_on);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.segments.len() > 1 {
            self.name(path.segments.iter().map(|one| one.ident.to_string()).collect(), false);
        }
        visit::visit_path(self, path);
    }
}
