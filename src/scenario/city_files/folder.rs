//! The folder on disk: read whole, or written whole to a temporary folder and then renamed.

use crate::city::model::city::City;
use crate::scenario::city_files::HEADER_FILE;
use crate::scenario::city_files::WriteError;
use crate::scenario::city_files::parse;
use crate::scenario::city_files::render;
use crate::scenario::problem::Problems;
use std::fs;
use std::io::Write;
use std::path::Path;

/// Reads a city from its folder.
///
/// # Errors
/// All problems found, missing files included.
pub fn read(folder: &Path) -> Result<City, Problems> {
    let place = format!("{}/", folder.display());
    parse(&place, |file| {
        fs::read_to_string(folder.join(file)).map_err(|e| format!("cannot be read: {e}"))
    })
}

/// Writes a city to a folder. An older city there is replaced only when the new one is complete; a folder that is not
/// a city, or a file, is left alone.
///
/// # Errors
/// When the folder is something else, or the system refuses; then nothing has changed.
pub fn write(city: &City, folder: &Path) -> Result<(), WriteError> {
    let refuse = |path: &Path| {
        let path = path.display().to_string();
        move |source| WriteError::System { path, source }
    };
    let files = render(city)?;
    let exists = folder.symlink_metadata().is_ok();
    if exists && !is_replaceable(folder) {
        return Err(WriteError::NotACity(folder.display().to_string()));
    }
    let parent = match folder.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    fs::create_dir_all(parent).map_err(refuse(parent))?;
    // Dropped on any error, which removes it and what is in it.
    let scratch = tempfile::Builder::new()
        .prefix(".autopolis-city-")
        .tempdir_in(parent)
        .map_err(refuse(parent))?;
    let fresh = scratch.path().join("new");
    fs::create_dir(&fresh).map_err(refuse(&fresh))?;
    for (name, text) in files {
        let path = fresh.join(name);
        let mut file = fs::File::create(&path).map_err(refuse(&path))?;
        file.write_all(text.as_bytes()).map_err(refuse(&path))?;
        file.sync_all().map_err(refuse(&path))?;
    }
    if exists {
        let old = scratch.path().join("old");
        fs::rename(folder, &old).map_err(refuse(folder))?;
        if let Err(error) = fs::rename(&fresh, folder) {
            // Put the old one back; if even that fails, keep the scratch folder that holds it.
            if fs::rename(&old, folder).is_err() {
                let kept = scratch.keep();
                return Err(WriteError::System {
                    path: kept.display().to_string(),
                    source: error,
                });
            }
            return Err(refuse(folder)(error));
        }
        return Ok(());
    }
    fs::rename(&fresh, folder).map_err(refuse(folder))
}

/// Whether a folder may be replaced: it is a city, or empty.
fn is_replaceable(folder: &Path) -> bool {
    folder.is_dir()
        && (folder.join(HEADER_FILE).is_file()
            || fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::generate;
    use crate::scenario::generate::CityRecipe;

    fn town(seed: u64) -> City {
        generate::city(&CityRecipe::new("town", 20_000, seed)).unwrap()
    }

    #[test]
    fn write_read_write_gives_the_same_city_and_bytes() {
        let room = tempfile::tempdir().unwrap();
        let city = town(5);
        let folder = room.path().join("deep/town");
        write(&city, &folder).unwrap();
        let again = read(&folder).unwrap();
        assert_eq!(again, city);
        assert_eq!(render(&again).unwrap(), render(&city).unwrap());
        // Nothing else was left beside it.
        assert_eq!(fs::read_dir(folder.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn a_city_is_replaced_and_anything_else_is_left_alone() {
        let room = tempfile::tempdir().unwrap();
        let folder = room.path().join("town");
        write(&town(5), &folder).unwrap();
        write(&town(6), &folder).unwrap();
        assert_eq!(read(&folder).unwrap().seed, 6);
        let other = room.path().join("letters");
        fs::create_dir(&other).unwrap();
        fs::write(other.join("dear.txt"), "x").unwrap();
        assert!(matches!(
            write(&town(5), &other),
            Err(WriteError::NotACity(_))
        ));
        assert_eq!(fs::read_to_string(other.join("dear.txt")).unwrap(), "x");
        assert!(matches!(
            write(&town(5), &other.join("dear.txt")),
            Err(WriteError::NotACity(_))
        ));
    }

    #[test]
    fn problems_name_file_line_field_and_a_remedy() {
        let room = tempfile::tempdir().unwrap();
        let folder = room.path().join("town");
        write(&town(5), &folder).unwrap();
        let edit = |file: &str, from: &str, to: &str| {
            let path = folder.join(file);
            let text = fs::read_to_string(&path).unwrap();
            assert!(text.contains(from), "{from} not in {file}");
            fs::write(path, text.replacen(from, to, 1)).unwrap();
        };
        edit("substations.csv", "S01-HV", "S01-HW");
        edit("batteries.csv", "initial_soc", "inital_soc");
        edit("plants.csv", "gas_turbine", "gas_turbin");
        fs::remove_file(folder.join("externals.csv")).unwrap();
        let text = read(&folder).unwrap_err().to_string();
        for part in [
            "substations.csv:2:3: hv_bus: no `S01-HW` in",
            "did you mean `S01-HV`?",
            "batteries.csv:1:6: inital_soc: unknown column (did you mean `initial_soc`?)",
            "technology: unknown value `gas_turbin` (did you mean `gas_turbine`?)",
            "externals.csv: cannot be read",
        ] {
            assert!(text.contains(part), "{part} missing in:\n{text}");
        }
    }

    #[test]
    fn values_are_judged_with_their_line() {
        let room = tempfile::tempdir().unwrap();
        let folder = room.path().join("town");
        let mut city = town(5);
        city.grid.lines[1].x_pu = -0.01;
        write(&city, &folder).unwrap();
        let problems = read(&folder).unwrap_err();
        assert_eq!(problems.0.len(), 1);
        assert_eq!(
            (problems.0[0].line, problems.0[0].field.as_deref()),
            (Some(3), Some("x_pu"))
        );
    }

    #[test]
    fn mangled_files_give_problems_or_a_city_but_never_a_panic() {
        use crate::scenario::city_files::validate;
        use crate::scenario::generate::draw::Draw;
        let files = render(&town(5)).unwrap();
        let mut refused = 0;
        for trial in 0..400 {
            let mut draw = Draw::new(1, "mangle", trial);
            let mut mangled = files.clone();
            let which = draw.below(mangled.len());
            let text = &mut mangled[which].1;
            for _ in 0..=draw.below(3) {
                let at = draw.below(text.len());
                match draw.below(4) {
                    0 => text.truncate(at),
                    1 => text.insert(at, [',', '"', '-', '\n', 'x', '9'][draw.below(6)]),
                    2 => *text = text.replacen(['1', '0', ','][draw.below(3)], "", 1),
                    _ => text.replace_range(at..(at + draw.below(40)).min(text.len()), ""),
                }
            }
            let read = parse("", |name| {
                mangled
                    .iter()
                    .find(|(n, _)| *n == name)
                    .map(|(_, t)| t.clone())
                    .ok_or_else(String::new)
            });
            match read {
                Ok(city) => assert!(validate::problems(&city, "", |_, _| None).0.is_empty()),
                Err(problems) => {
                    assert!(!problems.0.is_empty());
                    refused += 1;
                }
            }
        }
        // Most mangling is noticed; the rest changes a digit or a name.
        assert!(refused > 200, "{refused} of 400 refused");
    }
}
