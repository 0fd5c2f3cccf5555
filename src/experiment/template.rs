//! The experiment that `autopolis new experiment` writes: the usual keys with a word on each.

/// The template's text; `NAME` is filled in.
const TEXT: &str = include_str!("../../assets/templates/experiment.toml");

/// An experiment to start from.
#[must_use]
pub fn experiment(name: &str) -> String {
    TEXT.replace("NAME", name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::design::read;

    #[test]
    fn the_template_is_an_experiment_without_problems() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.toml");
        std::fs::write(&path, experiment("try-out")).unwrap();
        let designed = read(&path.display().to_string()).unwrap();
        assert_eq!(designed.plan.name, "try-out");
        // Two levels, six seeds, two controllers.
        assert_eq!(designed.plan.runs.len(), 24);
    }
}
