//! The examples that `--help` and the manual pages end with: a table of subcommands and commands to try.
//!
//! A test parses every one of them, so that none goes stale.

use clap::Command;

/// A subcommand by its words, and commands with what they are for.
type Examples = (
    &'static [&'static str],
    &'static [(&'static str, &'static str)],
);

/// All examples; every subcommand that can be called has some.
const EXAMPLES: &[Examples] = &[
    (
        &["run"],
        &[
            (
                "autopolis run",
                "the heat wave on Lakeside, with results in out/",
            ),
            (
                "autopolis run storm --controller none --seed 7",
                "another scenario, nobody at the desk, other luck",
            ),
            (
                "autopolis run calm-day --hours 24 --set weather.climate.mean_cloud=0.9",
                "any key of the scenario set from here",
            ),
        ],
    ),
    (
        &["replay"],
        &[(
            "autopolis replay out/heat-wave-rules-1",
            "the run again, compared bit for bit",
        )],
    ),
    (
        &["compare"],
        &[
            (
                "autopolis compare out/my-sweep --baseline none",
                "every controller of a sweep against none, on its own metrics",
            ),
            (
                "autopolis compare out/my-sweep --metric ens_mwh --by scenario --json",
                "one metric, each scenario by itself, every number",
            ),
            (
                "autopolis compare out/heat-wave-none-1 out/heat-wave-rules-1",
                "two single runs: what differs, without a claim",
            ),
        ],
    ),
    (
        &["sweep"],
        &[
            (
                "autopolis sweep first-try --out out/first",
                "some pairs of runs on all cores, with tables and a report",
            ),
            (
                "autopolis sweep heat.toml -j 4 --out out/heat",
                "a file, on four threads, into a folder of its own",
            ),
            (
                "autopolis sweep heat.toml --out out/heat --resume",
                "goes on after an interruption; the results are the same bytes",
            ),
        ],
    ),
    (
        &["plan"],
        &[(
            "autopolis plan heat.toml --out out/heat",
            "plan.json, to be carried out shard by shard",
        )],
    ),
    (
        &["shard"],
        &[(
            "autopolis shard out/heat 0",
            "the first shard, on whatever machine sees the folder",
        )],
    ),
    (
        &["merge"],
        &[(
            "autopolis merge out/heat",
            "the tables of all shards, or which are missing",
        )],
    ),
    (
        &["report"],
        &[(
            "autopolis report out/first -o first.html",
            "one page, for a run or for a sweep",
        )],
    ),
    (
        &["tune"],
        &[
            (
                "autopolis tune heat-wave --budget 60 -o mine.toml",
                "a controller file, to be judged by a sweep on other seeds",
            ),
            (
                "autopolis tune heat-wave storm --budget 100 --parameters shed_hot_spot_c,restore_hot_spot_c",
                "two scenarios, two parameters",
            ),
            (
                "autopolis tune heat-wave --budget 60 --objective ens_mwh=3 --objective saidi_min=1",
                "another aim",
            ),
        ],
    ),
    (
        &["new", "experiment"],
        &[(
            "autopolis new experiment --name my-experiment",
            "my-experiment.toml with the usual keys, explained",
        )],
    ),
    (
        &["check"],
        &[
            ("autopolis check my-scenario.toml", "every problem at once"),
            ("autopolis check my-city/", "a city's folder"),
        ],
    ),
    (
        &["schema"],
        &[(
            "autopolis schema scenario > scenario.schema.json",
            "for an editor's completion",
        )],
    ),
    (
        &["new", "scenario"],
        &[(
            "autopolis new scenario --name hot-week",
            "hot-week.toml with the usual keys, explained",
        )],
    ),
    (
        &["new", "city"],
        &[(
            "autopolis new city --population 50000 --seed 3 -o milltown",
            "a synthetic city in the folder milltown",
        )],
    ),
    (
        &["import", "city"],
        &[
            (
                "autopolis import city --matpower case118.m --epw chicago.epw -o my-city",
                "a city on a published network, under measured weather",
            ),
            (
                "autopolis import city --gtfs hart.zip --date 2018-07-17 -o tampa",
                "a city under a published timetable",
            ),
        ],
    ),
    (
        &["list"],
        &[
            ("autopolis list scenarios", "what can be run"),
            (
                "autopolis list metrics --json",
                "what is measured, for a program",
            ),
        ],
    ),
    (
        &["solve", "power-flow"],
        &[
            (
                "autopolis solve power-flow case118.m",
                "AC, from the case's start",
            ),
            (
                "autopolis solve power-flow case118.m --dc --json",
                "the linear model, one JSON object",
            ),
        ],
    ),
    (
        &["solve", "dispatch"],
        &[(
            "autopolis solve dispatch case118.m --rate-scale 0.8 --shed-cost 5000",
            "tighter lines, and a price on load not served",
        )],
    ),
    (
        &["solve", "journey"],
        &[
            (
                "autopolis solve journey gtfs.zip --date 2026-07-14 --from 6968 --to 4244 --depart 08:00",
                "the first arrival; stops by id, or by a name that is unique",
            ),
            (
                "autopolis solve journey gtfs.zip --date 2026-07-14 --queries asked.csv --walk 500m --json",
                "many queries, one JSON object",
            ),
        ],
    ),
    (
        &["solve", "assignment"],
        &[
            (
                "autopolis solve assignment SiouxFalls_net.tntp SiouxFalls_trips.tntp --out flows",
                "the equilibrium, with flow and cost of each link",
            ),
            (
                "autopolis solve assignment ChicagoSketch_net.tntp ChicagoSketch_trips.tntp --distance-factor 0.04 --toll-factor 0.02 --gap 1e-12 --json",
                "distance and tolls in the cost, a tight gap",
            ),
        ],
    ),
    (
        &["solve", "hydraulics"],
        &[(
            "autopolis solve hydraulics Net3.inp --pda --p-req 20 --close 335:6:18 --out water",
            "a pump shut from hour 6 to 18, and how much water went unserved",
        )],
    ),
    (
        &["completions"],
        &[(
            "autopolis completions bash > ~/.local/share/bash-completion/completions/autopolis",
            "completion in every new shell",
        )],
    ),
    (
        &["man"],
        &[(
            "autopolis man ~/.local/share/man/man1",
            "then: man autopolis-run",
        )],
    ),
];

/// The command with the examples at the end of each subcommand's help.
pub(super) fn with_examples(command: Command) -> Command {
    EXAMPLES.iter().fold(command, |command, (path, examples)| {
        attach(command, path, &text(examples))
    })
}

fn attach(command: Command, path: &[&'static str], text: &str) -> Command {
    match path {
        [] => {
            // What the subcommand itself says there stays above the examples.
            let notes = command.get_after_help().map(|n| format!("{n}\n\n"));
            command.after_help(notes.unwrap_or_default() + text)
        }
        [first, rest @ ..] => {
            let rest = rest.to_vec();
            let text = text.to_owned();
            command.mut_subcommand(*first, move |sub| attach(sub, &rest, &text))
        }
    }
}

fn text(examples: &[(&str, &str)]) -> String {
    let mut text = String::from("Examples:");
    for (command, about) in examples {
        text.push_str(&format!("\n  {command}\n      {about}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::Cli;
    use clap::CommandFactory;

    #[test]
    fn every_example_parses() {
        for (path, examples) in EXAMPLES {
            for (example, _) in *examples {
                let typed = example.split(" > ").next().unwrap_or(example);
                let parsed = Cli::command().try_get_matches_from(typed.split_whitespace());
                assert!(parsed.is_ok(), "{example}: {}", parsed.unwrap_err());
                let start = format!("autopolis {}", path.join(" "));
                assert!(typed.starts_with(&start), "{example} is not of {start}");
            }
        }
    }

    #[test]
    fn every_subcommand_has_an_example() {
        fn leaves(command: &Command, path: &[String], found: &mut Vec<Vec<String>>) {
            let subs: Vec<&Command> = command.get_subcommands().collect();
            if subs.is_empty() {
                found.push(path.to_vec());
            }
            for sub in subs {
                let mut path = path.to_vec();
                path.push(sub.get_name().to_owned());
                leaves(sub, &path, found);
            }
        }
        let mut found = Vec::new();
        leaves(&Cli::command(), &[], &mut found);
        for leaf in found {
            let has = EXAMPLES.iter().any(|(path, _)| path.to_vec() == leaf);
            assert!(has, "`autopolis {}` has no example", leaf.join(" "));
        }
    }

    #[test]
    fn help_ends_with_them() {
        let mut command = with_examples(Cli::command());
        let new = command.find_subcommand_mut("new").unwrap();
        let help = new.find_subcommand_mut("city").unwrap().render_help();
        assert!(help.to_string().contains("-o milltown"));
    }
}
