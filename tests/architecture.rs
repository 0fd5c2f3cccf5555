//! The walls of the house, held by a test: who may import whom, and the rules of form that every source file keeps.
//!
//! It reads the sources as text, so it needs imports written one module a line. It does not judge what clippy judges
//! better (unused code, style). The last tests show that each rule can fail.

#[path = "architecture/samples.rs"]
mod samples;

use samples::BAD;
use samples::GOOD;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

/// Who may import what, besides itself: the longest matching importer holds. `city::*` stands for each domain.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("units", &[]),
    ("solvers", &["units"]),
    ("engine", &["units"]),
    ("city::model", &["units"]),
    ("city::*", &["city::model", "engine", "solvers", "units"]),
    (
        "city::coupling",
        &["city::*", "city::model", "engine", "units"],
    ),
    (
        "city::twin",
        &["city", "living", "controllers", "engine", "units"],
    ),
    ("living", &["engine", "solvers::statistics", "units"]),
    (
        "controllers",
        &["living", "engine", "city::model", "solvers", "units"],
    ),
    (
        "scenario",
        // Hazards and controllers for what they declare: names, ranges, meanings.
        &[
            "city::model",
            "city::hazards",
            "controllers",
            "engine",
            "solvers",
            "units",
        ],
    ),
    (
        "results",
        &["engine", "city::model", "solvers::statistics", "units"],
    ),
    (
        "experiment",
        &[
            "engine",
            "city::model",
            "city::twin",
            "controllers",
            "living",
            "results",
            "scenario",
            "solvers::optimise",
            "solvers::statistics",
            "units",
        ],
    ),
    ("cli", ABOVE_THE_EDGE_AND_DASHBOARD),
    ("dashboard", ABOVE_THE_EDGE),
];

/// What stands below the two edges. The subcommand `dashboard` starts the dashboard, so `cli` sees it as well.
const ABOVE_THE_EDGE: &[&str] = &[
    "engine",
    "city",
    "controllers",
    "experiment",
    "living",
    "results",
    "scenario",
    "solvers",
    "units",
];
const ABOVE_THE_EDGE_AND_DASHBOARD: &[&str] = &[
    "engine",
    "city",
    "controllers",
    "dashboard",
    "experiment",
    "living",
    "results",
    "scenario",
    "solvers",
    "units",
];

/// Words that may not occur in the code (tests apart) of a module, with the reason.
const FORBIDDEN_WORDS: &[(&[&str], &[&str], &str)] = &[
    (
        &["solvers"],
        &[
            "bevy_ecs",
            "std::fs",
            "std::io",
            "rand",
            "rand_chacha",
            "jiff",
        ],
        "solvers are pure numerics",
    ),
    (
        &[
            "solvers",
            "engine",
            "city",
            "controllers",
            "living",
            "results",
        ],
        &["Instant", "SystemTime"],
        "no wall clock in the simulation",
    ),
    (
        &["engine", "city", "controllers", "living", "solvers"],
        &["std::fs", "std::env"],
        "the simulation reads no files and no environment",
    ),
];

/// Longest file, lines.
const MOST_LINES: usize = 600;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All Rust sources under a folder, as (path relative to `src`, text), in order of path.
fn sources() -> std::io::Result<Vec<(String, String)>> {
    let src = root().join("src");
    let mut found = Vec::new();
    let mut folders = vec![src.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = fs::read_to_string(&path)?;
                let inside = path.strip_prefix(&src).unwrap_or(&path);
                found.push((inside.display().to_string(), text));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// `city/grid/mod.rs` is module `city::grid`.
fn module_of(path: &str) -> String {
    let stem = path.trim_end_matches(".rs");
    stem.trim_end_matches("/mod").replace('/', "::")
}

/// Whether a module path lies in a module (or is it).
fn lies_in(path: &str, module: &str) -> bool {
    path == module
        || path
            .strip_prefix(module)
            .is_some_and(|rest| rest.starts_with("::"))
}

/// The wall that a module stands behind: its row in the table, with `city::*` made the domain's name.
fn house_of(module: &str) -> (String, Option<&'static [&'static str]>) {
    let named = MAY_IMPORT
        .iter()
        .filter(|(importer, _)| lies_in(module, importer))
        .max_by_key(|(importer, _)| importer.len());
    if let Some((importer, allowed)) = named {
        return ((*importer).to_owned(), Some(allowed));
    }
    let mut parts = module.split("::");
    match (parts.next(), parts.next()) {
        (Some("city"), Some(domain)) => {
            let any = MAY_IMPORT
                .iter()
                .find(|(importer, _)| *importer == "city::*");
            (format!("city::{domain}"), any.map(|(_, allowed)| *allowed))
        }
        // The crate's root and `city/mod.rs` only list modules.
        (Some("lib" | "main" | "city"), None) => (module.to_owned(), Some(&[])),
        _ => (module.to_owned(), None),
    }
}

/// Whether code in `module` may name `target`.
fn may_import(module: &str, target: &str) -> bool {
    if matches!(module, "lib" | "main") {
        return true;
    }
    let (house, allowed) = house_of(module);
    let is_domain = |path: &str| {
        path.strip_prefix("city::")
            .is_some_and(|d| !["model", "twin", "coupling"].iter().any(|m| lies_in(d, m)))
    };
    lies_in(target, &house)
        || allowed.is_some_and(|list| {
            list.iter().any(|a| match *a {
                "city::*" => is_domain(target),
                a => lies_in(target, a),
            })
        })
}

/// The text with comments, strings and character literals blanked out; lines stay where they are.
fn code_of(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let at = |i: usize| chars.get(i).copied().unwrap_or(' ');
    let mut code = String::with_capacity(text.len());
    let mut i = 0;
    while i < chars.len() {
        let mut end = i;
        if at(i) == '/' && at(i + 1) == '/' {
            while end < chars.len() && at(end) != '\n' {
                end += 1;
            }
        } else if at(i) == '/' && at(i + 1) == '*' {
            end += 2;
            while end < chars.len() && !(at(end - 1) == '*' && at(end) == '/' && end > i + 2) {
                end += 1;
            }
            end += 1;
        } else if at(i) == 'r' && matches!(at(i + 1), '"' | '#') && !is_word(at(i.wrapping_sub(1)))
        {
            let hashes = (i + 1..).take_while(|j| at(*j) == '#').count();
            if at(i + 1 + hashes) == '"' {
                end = i + 2 + hashes;
                while end < chars.len()
                    && !(at(end) == '"' && (1..=hashes).all(|h| at(end + h) == '#'))
                {
                    end += 1;
                }
                end += 1 + hashes;
            }
        } else if at(i) == '"' {
            end += 1;
            while end < chars.len() && at(end) != '"' {
                end += if at(end) == '\\' { 2 } else { 1 };
            }
            end += 1;
        } else if at(i) == '\'' && (at(i + 1) == '\\' || at(i + 2) == '\'') {
            end += if at(i + 1) == '\\' { 3 } else { 2 };
            while end < chars.len() && at(end) != '\'' {
                end += 1;
            }
            end += 1;
        }
        if end == i {
            code.push(at(i));
            i += 1;
        }
        while i < end {
            code.push(if at(i) == '\n' { '\n' } else { ' ' });
            i += 1;
        }
    }
    code
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The code without items under `#[cfg(test)]` (the sources are formatted, so an item ends at its own indentation).
fn without_tests(code: &str) -> String {
    let mut kept = String::new();
    let mut lines = code.lines().peekable();
    while let Some(line) = lines.next() {
        if line.trim() != "#[cfg(test)]" {
            kept.push_str(line);
            kept.push('\n');
            continue;
        }
        let indent = line.len() - line.trim_start().len();
        let close = format!("{}}}", " ".repeat(indent));
        for inside in lines.by_ref() {
            let is_header = inside.len() - inside.trim_start().len() == indent;
            if inside == close || (is_header && inside.trim_end().ends_with(';')) {
                break;
            }
        }
    }
    kept
}

/// Where a word or path stands in code, not as part of a longer one.
fn occurrences<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    code.match_indices(word).map(|(i, _)| i).filter(move |i| {
        let before = code[..*i].chars().next_back().unwrap_or(' ');
        let after = code[i + word.len()..].chars().next().unwrap_or(' ');
        let opens_word = word.starts_with(is_word) && is_word(before);
        let ends_word = word.ends_with(is_word) && is_word(after);
        !(opens_word || ends_word)
    })
}

/// The path that follows a prefix such as `crate::`: its segments, and whether a brace or star follows them.
fn path_after(rest: &str) -> (String, bool) {
    let mut path = String::new();
    let mut rest = rest;
    loop {
        let word: String = rest.chars().take_while(|c| is_word(*c)).collect();
        if word.is_empty() {
            return (path, rest.starts_with(['{', '*']));
        }
        if !path.is_empty() {
            path.push_str("::");
        }
        path.push_str(&word);
        rest = &rest[word.len()..];
        match rest.strip_prefix("::") {
            Some(next) => rest = next,
            None => return (path, false),
        }
    }
}

/// Modules that exist for tests alone: declared as `#[cfg(test)] mod name;` by their parent, as module paths.
fn test_modules(path: &str, text: &str) -> Vec<String> {
    let parent = module_of(path);
    let code = code_of(text);
    let lines: Vec<&str> = code.lines().map(str::trim).collect();
    let pairs = lines.windows(2).filter(|pair| pair[0] == "#[cfg(test)]");
    pairs
        .filter_map(|pair| pair[1].strip_suffix(';'))
        .filter_map(|declared| declared.rsplit_once("mod "))
        .map(|(_, name)| format!("{parent}::{name}"))
        .collect()
}

/// Everything wrong with one file, in words; in files for `tests` alone some rules do not hold.
fn faults(path: &str, text: &str, tests: &[String]) -> Vec<String> {
    let module = module_of(path);
    let mut faults = Vec::new();
    let mut fault = |what: String| faults.push(format!("src/{path}: {what}"));
    if !text.starts_with("//!") {
        fault("does not open with `//!`".into());
    }
    let lines = text.lines().count();
    if lines > MOST_LINES {
        fault(format!("has {lines} lines, more than {MOST_LINES}"));
    }
    if house_of(&module).1.is_none() {
        fault(format!("module `{module}` has no row in the import table"));
    }

    let all = code_of(text);
    for i in occurrences(&all, "crate::") {
        let (target, braces) = path_after(&all[i + "crate::".len()..]);
        if braces {
            fault(format!(
                "braces or a star after `crate::{target}`: write one import a line"
            ));
        }
        if !target.is_empty() && !may_import(&module, &target) {
            fault(format!("`{module}` may not import `{target}`"));
        }
    }
    if occurrences(&all, "super::super").next().is_some() {
        fault("`super::super`: write the path from `crate::`".into());
    }
    for word in ["HashMap", "HashSet"] {
        if occurrences(&all, word).next().is_some() {
            fault(format!("`{word}` has no fixed order"));
        }
    }

    if tests.iter().any(|test| lies_in(&module, test)) {
        return faults;
    }
    let code = without_tests(&all);
    for i in occurrences(&code, "super::") {
        let (target, _) = path_after(&code[i + "super::".len()..]);
        let parent = module.rsplit_once("::").map_or("", |(parent, _)| parent);
        let target = format!("{parent}::{target}");
        let target = target.trim_start_matches("::");
        if !may_import(&module, target) {
            fault(format!(
                "`{module}` may not reach `{target}` through `super`"
            ));
        }
    }
    let prints = !lies_in(&module, "cli") && module != "main";
    for (word, why, forbidden) in [
        ("println!", "prints stand in `cli` alone", prints),
        ("print!", "prints stand in `cli` alone", prints),
        ("eprintln!", "prints stand in `cli` alone", prints),
        ("eprint!", "prints stand in `cli` alone", prints),
        ("dbg!", "left over", true),
        ("todo!", "left over", true),
        ("unimplemented!", "left over", true),
        ("panic!", "return an error", true),
        (".unwrap()", "return an error", true),
        (".expect(", "return an error", true),
        ("thread_rng", "draws are counter-based", true),
    ] {
        if forbidden && occurrences(&code, word).next().is_some() {
            fault(format!("`{word}` outside tests: {why}"));
        }
    }
    for (modules, words, why) in FORBIDDEN_WORDS {
        if modules.iter().any(|m| lies_in(&module, m)) {
            for word in words
                .iter()
                .filter(|w| occurrences(&code, w).next().is_some())
            {
                fault(format!("`{word}`: {why}"));
            }
        }
    }
    faults
}

/// The paths in backticks in a page that name something of this repository: those that begin with one of its folders,
/// and names of source files and pages. Patterns such as `city/<name>.rs` are none.
fn named_paths(page: &str) -> Vec<&str> {
    let quoted = page.lines().flat_map(|l| l.split('`').skip(1).step_by(2));
    quoted
        .filter(|name| {
            let folder = name.split('/').next().unwrap_or_default();
            let is_plain =
                !name.contains([' ', '<', '*', '{', ':', '(']) && !name.starts_with("..");
            let is_file = name.ends_with(".rs") || name.ends_with(".md");
            is_plain && (is_file || (name.contains('/') && is_folder(folder)))
        })
        .collect()
}

fn is_folder(name: &str) -> bool {
    const FOLDERS: &[&str] = &[
        "src",
        "tests",
        "benches",
        "assets",
        "scenarios",
        "docs",
        "cluster",
        ".ci",
        ".cargo",
    ];
    FOLDERS.contains(&name) || root().join("src").join(name).is_dir()
}

fn missing_paths<'a>(page: &'a str, exists: &dyn Fn(&str) -> bool) -> Vec<&'a str> {
    let mut missing = named_paths(page);
    missing.retain(|path| !exists(path) && !exists(&format!("src/{path}")));
    missing
}

#[test]
fn every_source_file_keeps_the_rules() {
    let sources = sources().expect("readable sources");
    assert!(sources.len() > 20, "only {} files found", sources.len());
    let tests: Vec<String> = sources
        .iter()
        .flat_map(|(path, text)| test_modules(path, text))
        .collect();
    let faults: Vec<String> = sources
        .iter()
        .flat_map(|(path, text)| faults(path, text, &tests))
        .collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn architecture_page_names_only_what_exists() {
    // The page is written once the house stands; from then on it has to be true.
    let Ok(page) = fs::read_to_string(root().join("ARCHITECTURE.md")) else {
        return;
    };
    let exists = |path: &str| Path::new(&root()).join(path).exists();
    let missing = missing_paths(&page, &exists);
    assert!(missing.is_empty(), "ARCHITECTURE.md names {missing:?}");
}

#[test]
fn a_missing_path_is_seen() {
    let page = "See `src/engine/clock.rs`, `engine/`, `cargo run`, `grid/line/L07`, `city/<name>.rs`,\n`src/nowhere/` and `gone.rs`.";
    let exists = |path: &str| Path::new(&root()).join(path).exists();
    assert_eq!(missing_paths(page, &exists), ["src/nowhere/", "gone.rs"]);
}

/// What `engine/a.rs` declares in the samples.
const TEST_MODULES: &str = "#[cfg(test)]\nmod tests;\nmod work;\n#[cfg(test)]\npub mod fixture;\n";

#[test]
fn each_rule_can_fail() {
    let tests = test_modules("engine/a.rs", TEST_MODULES);
    for (path, code, complaint) in BAD {
        let found = faults(path, &format!("//! Head.\n\n{code}\n"), &tests);
        assert!(
            found.iter().any(|f| f.contains(complaint)),
            "{path}: {code}: {found:?}"
        );
    }
    let headless = faults("engine/a.rs", "use std::fmt;\n", &tests);
    assert!(headless[0].contains("does not open"), "{headless:?}");
    let long = faults(
        "engine/a.rs",
        &format!("//! Head.\n{}", "\n".repeat(MOST_LINES)),
        &tests,
    );
    assert!(long[0].contains("601 lines"), "{long:?}");
}

#[test]
fn good_code_passes() {
    let tests = test_modules("engine/a.rs", TEST_MODULES);
    for (path, code) in GOOD {
        let found = faults(path, &format!("//! Head.\n\n{code}\n"), &tests);
        assert!(found.is_empty(), "{path}: {code}: {found:?}");
    }
}
