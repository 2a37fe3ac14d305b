//! The reference of all configuration keys, made from the structures that the file is read into, so that none is
//! missing or wrong.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use support::tree::comment;
use syn::{Attribute, Expr, Field, Fields, GenericArgument, Item, ItemStruct, Lit, PathArguments, Stmt, Type};

const READ_INTO: &str = "../server/src/config/file.rs";
const REFERENCE: &str = "../docs/configuration.md";
/// Environment variable with which the test writes the reference anew.
const WRITE: &str = "LAMPFIELD_WRITE";

const OPENING: &str = "\
# Every key of the configuration

`lampfield.toml` is [TOML](https://toml.io). A key that is not below is refused, with file and line. Any text but a hint or a pattern may be `\"env:NAME\"`: the value of the
environment variable `NAME`. Paths are relative to the file. What stands under *default* counts where the key is absent; **needed**: there is none.

This page is made from `server/src/config/file.rs`: `LAMPFIELD_WRITE=1 cargo test -p e2e --test e2e reference`.
";

#[test]
fn every_key_stands_in_the_reference() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let source = fs::read_to_string(here.join(READ_INTO)).expect("the structures are there");
    let made = Structures::read(&source).reference();
    if std::env::var_os(WRITE).is_some() {
        fs::write(here.join(REFERENCE), &made).expect("the reference can be written");
    }
    let kept = fs::read_to_string(here.join(REFERENCE)).unwrap_or_default();
    assert!(kept == made, "docs/configuration.md is not what the code says: {WRITE}=1 writes it anew");
}

/// Structures that the file is read into, by name.
struct Structures {
    structs: BTreeMap<String, ItemStruct>,
    /// Default values by structure and key, or by the name of a function.
    defaults: BTreeMap<String, String>,
}

impl Structures {
    fn read(source: &str) -> Self {
        let mut all = Self { structs: BTreeMap::new(), defaults: BTreeMap::new() };
        for item in syn::parse_file(source).expect("it is Rust").items {
            match item {
                Item::Struct(it) if matches!(it.fields, Fields::Named(_)) && derives_deserialize(&it) => {
                    all.structs.insert(it.ident.to_string(), it);
                }
                Item::Fn(it) => {
                    if let [Stmt::Expr(value, None)] = it.block.stmts.as_slice() {
                        all.defaults.insert(it.sig.ident.to_string(), written(value));
                    }
                }
                Item::Impl(it) => all.read_default(&it),
                _ => {}
            }
        }
        all
    }

    /// Reads the values of `impl Default for Board { fn default() -> Self { Self { title: …, … } } }`.
    fn read_default(&mut self, block: &syn::ItemImpl) {
        let Type::Path(of) = &*block.self_ty else { return };
        let of = of.path.segments.last().expect("a path has an end").ident.to_string();
        let functions = block.items.iter().filter_map(|item| match item {
            syn::ImplItem::Fn(it) if it.sig.ident == "default" => Some(it),
            _ => None,
        });
        for function in functions {
            let [Stmt::Expr(Expr::Struct(value), None)] = function.block.stmts.as_slice() else { continue };
            for field in &value.fields {
                let syn::Member::Named(key) = &field.member else { continue };
                self.defaults.insert(format!("{of}.{key}"), written(&field.expr));
            }
        }
    }

    fn reference(&self) -> String {
        let mut text = OPENING.to_owned();
        for field in &self.structs["File"].fields {
            self.section(&mut text, field, "");
        }
        text
    }

    /// Writes a section and those within it.
    fn section(&self, text: &mut String, field: &Field, within: &str) {
        let shape = Shape::of(&field.ty);
        let structure = &self.structs[&shape.name];
        let path = format!("{within}{}", key(field));
        let heading = if shape.list { format!("[[{path}]]") } else { format!("[{path}]") };
        write!(text, "\n## `{heading}`\n\n{}\n\n", comment(&structure.attrs)).expect("a text grows");
        text.push_str("| key | value | default | meaning |\n| --- | --- | --- | --- |\n");
        let (sections, keys): (Vec<&Field>, Vec<&Field>) =
            structure.fields.iter().partition(|field| self.structs.contains_key(&Shape::of(&field.ty).name));
        for field in keys {
            self.row(text, structure, field);
        }
        for field in sections {
            self.section(text, field, &format!("{path}."));
        }
    }

    fn row(&self, text: &mut String, structure: &ItemStruct, field: &Field) {
        let shape = Shape::of(&field.ty);
        let default = self.default(structure, field, &shape);
        let meaning = comment(&field.attrs);
        assert!(!meaning.is_empty(), "`{}` of {} says nothing of what it means", key(field), structure.ident);
        writeln!(text, "| `{}` | {} | {default} | {} |", key(field), shape.words(), meaning.replace('|', "\\|"))
            .expect("a text grows");
    }

    fn default(&self, structure: &ItemStruct, field: &Field, shape: &Shape) -> String {
        let by_function = serde(&field.attrs, "default").and_then(|name| self.defaults.get(&name));
        let by_structure = self.defaults.get(&format!("{}.{}", structure.ident, key(field)));
        let absent_is_fine =
            shape.optional || serde(&field.attrs, "default").is_some() || serde(&structure.attrs, "default").is_some();
        match by_function.or(by_structure) {
            Some(value) if value.is_empty() => String::new(),
            Some(value) => format!("`{value}`"),
            None if !absent_is_fine => "**needed**".into(),
            None if shape.name == "bool" => "`false`".into(),
            None if shape.name == "LogFormat" => "`\"human\"`".into(),
            None => String::new(),
        }
    }
}

/// Type of a value, without its wrappers.
struct Shape {
    name: String,
    list: bool,
    optional: bool,
}

impl Shape {
    fn of(wrapped: &Type) -> Self {
        let Type::Path(path) = wrapped else { panic!("a key has a named type") };
        let last = path.path.segments.last().expect("a path has an end");
        let inner = || match &last.arguments {
            PathArguments::AngleBracketed(arguments) => match arguments.args.first() {
                Some(GenericArgument::Type(inner)) => Self::of(inner),
                _ => panic!("{} of nothing", last.ident),
            },
            _ => panic!("{} of nothing", last.ident),
        };
        match last.ident.to_string().as_str() {
            "Option" => Self { optional: true, ..inner() },
            "Vec" => Self { list: true, ..inner() },
            "Spanned" | "Text" => inner(),
            name => Self { name: name.into(), list: false, optional: false },
        }
    }

    fn words(&self) -> String {
        let one = match self.name.as_str() {
            "String" => "text",
            "Secret" => "text, never shown",
            "Addresses" => "text or list",
            "SocketAddr" => "address and port",
            "Eid" => "entity id",
            "Role" => "role",
            "Privacy" | "LogFormat" => "word",
            "bool" => "`true` or `false`",
            "u8" | "u16" | "u32" | "u64" | "usize" => "number",
            other => panic!("no word for {other}: add it here"),
        };
        if self.list { format!("list of {one}") } else { one.into() }
    }
}

/// Whether the structure is read field by field; one that reads itself by hand is a single value.
fn derives_deserialize(structure: &ItemStruct) -> bool {
    let derives = structure.attrs.iter().filter(|it| it.path().is_ident("derive"));
    let mut found = false;
    for derive in derives {
        derive
            .parse_nested_meta(|it| {
                found |= it.path.is_ident("Deserialize");
                Ok(())
            })
            .expect("a derive names traits");
    }
    found
}

fn key(field: &Field) -> String {
    let name = field.ident.as_ref().expect("a key has a name").to_string();
    serde(&field.attrs, "rename").unwrap_or(name)
}

/// What `#[serde(…)]` says of `word`; empty where it says no more than the word.
fn serde(attributes: &[Attribute], word: &str) -> Option<String> {
    let mut found = None;
    for attribute in attributes.iter().filter(|it| it.path().is_ident("serde")) {
        attribute
            .parse_nested_meta(|meta| {
                let text = match meta.value() {
                    Ok(value) => value.parse::<syn::LitStr>()?.value(),
                    Err(_) => String::new(),
                };
                if meta.path.is_ident(word) {
                    found = Some(text);
                }
                Ok(())
            })
            .expect("serde's attributes are as serde reads them");
    }
    found
}

/// A default as the file would have it; empty for an empty value, and for one that is decided elsewhere.
fn written(value: &Expr) -> String {
    match value {
        Expr::Lit(it) => match &it.lit {
            Lit::Str(text) => format!("\"{}\"", text.value()),
            Lit::Int(number) => number.base10_digits().to_owned(),
            Lit::Bool(it) => it.value.to_string(),
            _ => String::new(),
        },
        // For example `"lampfield".into()`.
        Expr::MethodCall(it) => written(&it.receiver),
        // For example `Text("…")`, `Spanned::new(0..0, 22)`.
        Expr::Call(it) => it.args.last().map(written).unwrap_or_default(),
        _ => String::new(),
    }
}
