//! The scenario that `autopolis new scenario` writes: the usual keys, with their units and a word on each.

/// The template's text; `NAME` and `SEED` are filled in.
const TEXT: &str = include_str!("../../assets/templates/scenario.toml");

/// A scenario to start from.
#[must_use]
pub fn scenario(name: &str, seed: u32) -> String {
    TEXT.replace("NAME", name)
        .replace("SEED", &seed.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::build::read;
    use crate::scenario::document::Overrides;

    #[test]
    fn the_template_is_a_scenario_without_problems() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.toml");
        std::fs::write(&path, scenario("try-out", 12)).unwrap();
        let (_, file, _) = read(&path.display().to_string(), &Overrides::default()).unwrap();
        assert_eq!((file.name.as_str(), file.seed), ("try-out", 12));
    }
}
