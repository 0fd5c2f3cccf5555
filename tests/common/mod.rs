//! Where the published reference data is, for tests that compare with it.

use std::path::PathBuf;

/// The folder of reference data: `AUTOPOLIS_REFERENCE_DATA`, else `../shared/data` beside the package, else
/// `/work/shared/data`. `None` when there is none, after saying so; with `AUTOPOLIS_REQUIRE_REFERENCE=1` that fails.
#[allow(clippy::print_stdout, reason = "a skip must show in the test's output")]
pub fn reference_data() -> Option<PathBuf> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let named = std::env::var_os("AUTOPOLIS_REFERENCE_DATA").map(PathBuf::from);
    let found = named
        .into_iter()
        .chain([beside, PathBuf::from("/work/shared/data")])
        .find(|folder| folder.is_dir());
    if found.is_none() {
        println!("skipped: no reference data");
        assert!(
            std::env::var("AUTOPOLIS_REQUIRE_REFERENCE").as_deref() != Ok("1"),
            "reference data is required and absent"
        );
    }
    found
}
