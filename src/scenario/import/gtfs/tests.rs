//! Feeds that are odd, wrong, cut short or scrambled: what passes, what is reported, and that nothing panics.

use std::io::Cursor;
use std::io::Write;

use crate::scenario::import::gtfs::archive::Archive;
use crate::scenario::import::gtfs::archive::FILES;
use crate::scenario::import::gtfs::feed::Feed;

/// A small feed with every file that is read.
const PLAIN: [(&str, &str); 10] = [
    (
        "agency.txt",
        "agency_name,agency_timezone\nOne,Europe/Paris\n",
    ),
    (
        "stops.txt",
        "stop_id,stop_name,stop_lat,stop_lon\nA,Alpha,1,2\nB,Beta,1.01,2\nC,Gamma,1.02,2\n",
    ),
    (
        "routes.txt",
        "route_id,route_short_name,route_type,route_color\nR,1,3,FF0000\n",
    ),
    (
        "trips.txt",
        "route_id,service_id,trip_id,shape_id\nR,S,T,X\n",
    ),
    (
        "stop_times.txt",
        "trip_id,arrival_time,departure_time,stop_id,stop_sequence\nT,08:00:00,08:00:00,A,1\nT,08:10:00,08:10:00,B,2\nT,08:20:00,08:20:00,C,3\n",
    ),
    (
        "calendar.txt",
        "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\nS,1,1,1,1,1,0,0,20260101,20261231\n",
    ),
    (
        "calendar_dates.txt",
        "service_id,date,exception_type\nS,20260714,2\n",
    ),
    (
        "frequencies.txt",
        "trip_id,start_time,end_time,headway_secs\nT,08:00:00,09:00:00,600\n",
    ),
    (
        "shapes.txt",
        "shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence\nX,1,2,1\nX,1.02,2,2\n",
    ),
    (
        "transfers.txt",
        "from_stop_id,to_stop_id,transfer_type,min_transfer_time\nA,B,2,60\n",
    ),
];

/// The plain feed with texts of one file exchanged.
fn changed(file: &str, from: &str, to: &str) -> Archive {
    changed_bytes(file, |text| {
        assert!(text.contains(from), "{file} has no `{from}`");
        text.replace(from, to).into_bytes()
    })
}

fn changed_bytes(file: &str, change: impl Fn(&str) -> Vec<u8>) -> Archive {
    let files: Vec<(&str, Vec<u8>)> = PLAIN
        .iter()
        .map(|(name, text)| {
            let bytes = if *name == file {
                change(text)
            } else {
                text.as_bytes().to_vec()
            };
            (*name, bytes)
        })
        .collect();
    let given: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(name, b)| (*name, b.as_slice()))
        .collect();
    Archive::of_files("feed", &given)
}

fn without(files: &[&str]) -> Archive {
    let kept: Vec<(&str, &[u8])> = PLAIN
        .iter()
        .filter(|(name, _)| !files.contains(name))
        .map(|(name, text)| (*name, text.as_bytes()))
        .collect();
    Archive::of_files("feed", &kept)
}

/// The problems of a feed, one a line.
fn problems(archive: &Archive) -> String {
    Feed::of(archive).expect_err("a problem").to_string()
}

/// The plain feed as a zip archive, in a folder of the archive.
fn zipped(folder: &str) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in PLAIN {
        let options = zip::write::SimpleFileOptions::default();
        zip.start_file(format!("{folder}{name}"), options).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn odd_forms_that_agencies_publish_pass() {
    let plain = Feed::of(&without(&[])).unwrap();
    assert_eq!(plain.notices, []);
    let latin = |text: &str| {
        let mut bytes = text.as_bytes().to_vec();
        let at = text.find("Alpha").unwrap();
        bytes[at] = 0xc4;
        bytes
    };
    let marked = |text: &str| [b"\xef\xbb\xbf", text.as_bytes()].concat();
    for archive in [
        changed_bytes("stops.txt", latin),
        changed_bytes("stops.txt", marked),
        changed("stop_times.txt", "\n", "\r\n"),
        changed("stop_times.txt", ",08:10:00,B", " , 8:10:0 ,\"B\""),
        changed("stop_times.txt", "08:10:00", "8:10"),
        changed("stop_times.txt", ",C,3\n", ",C,3\n,,,,\n"),
        changed("stop_times.txt", "08:10:00,08:10:00", "08:10:00,"),
        changed("routes.txt", "FF0000", "#F00"),
        changed("routes.txt", "FF0000", "a\u{20ac}bc"),
        changed("routes.txt", ",3,", ",700,"),
        changed_bytes("frequencies.txt", |_| Vec::new()),
        without(&["calendar_dates.txt", "frequencies.txt", "transfers.txt"]),
        without(&["calendar.txt"]),
    ] {
        let feed = Feed::of(&archive).unwrap();
        let arrivals: Vec<i32> = feed.calls.iter().map(|call| call.arrival_s).collect();
        assert_eq!(arrivals, [28_800, 29_400, 30_000]);
        assert_eq!(feed.notices, []);
    }
    assert_eq!(plain.routes[0].color, Some([255, 0, 0]));
}

#[test]
fn what_a_timetable_can_do_without_is_a_notice() {
    for (archive, expected) in [
        (without(&["shapes.txt"]), "shape `X` is not there"),
        (
            changed("trips.txt", "R,S,T", "R,s,T"),
            "service `s` is in no calendar",
        ),
        (
            changed("routes.txt", ",3,", ",77,"),
            "`77` is no known route type",
        ),
        (
            changed("transfers.txt", "A,B", "A,Z"),
            "stop `Z` is not in stops.txt",
        ),
        (
            changed("stops.txt", "C,Gamma,1.02,2", "C,Gamma,,"),
            "is blank: nobody can walk",
        ),
        (
            changed("trips.txt", "R,S,T,X\n", "R,S,T,X\nR,S,U,X\n"),
            "trip `U` has fewer than two stops",
        ),
    ] {
        let feed = Feed::of(&archive).unwrap();
        let notices: Vec<String> = feed.notices.iter().map(ToString::to_string).collect();
        assert!(
            notices.iter().any(|notice| notice.contains(expected)),
            "{notices:?}"
        );
    }
}

#[test]
fn what_makes_a_timetable_wrong_is_told_with_its_place() {
    for (archive, expected) in [
        (
            changed("stop_times.txt", ",B,", ",b,"),
            "feed/stop_times.txt:3:4: stop_id: stop `b` is not in stops.txt",
        ),
        (
            changed("stop_times.txt", "08:10:00", "07:10:00"),
            "feed/stop_times.txt:3: arrival_time: trip `T` arrives before it left the stop before",
        ),
        (
            changed("stop_times.txt", "08:10:00,08:10:00", "08:10:00,08:09:00"),
            "feed/stop_times.txt:3: departure_time: trip `T` leaves before it arrives",
        ),
        (
            changed("stop_times.txt", "08:10:00,08:10:00", "soon,"),
            "feed/stop_times.txt:3:2: arrival_time: `soon` is no time",
        ),
        (
            changed("stop_times.txt", "08:00:00,08:00:00", ","),
            "feed/stop_times.txt:2: arrival_time: trip `T` has no time at its first or last stop",
        ),
        (
            changed("stop_times.txt", ",B,2", ",B,1"),
            "feed/stop_times.txt:3: stop_sequence: trip `T` has 1 twice, first on line 2",
        ),
        (
            changed("stop_times.txt", "T,08:10:00", "U,08:10:00"),
            "feed/stop_times.txt:3:1: trip_id: trip `U` is not in trips.txt",
        ),
        (
            changed("stop_times.txt", "stop_sequence", "stop_sequense"),
            "feed/stop_times.txt:1: stop_sequence: the column is missing (did you mean `stop_sequense`?)",
        ),
        (
            changed("trips.txt", "R,S", "r,S"),
            "feed/trips.txt:2:1: route_id: route `r` is not in routes.txt",
        ),
        (
            changed("stops.txt", "B,Beta", "A,Beta"),
            "feed/stops.txt:3:1: stop_id: duplicate id `A`, first on line 2",
        ),
        (
            changed("stops.txt", "1.01", "101"),
            "feed/stops.txt:3:3: stop_lat: 101 is not within -90 to 90 degrees",
        ),
        (
            changed("calendar.txt", "20261231", "20261301"),
            "feed/calendar.txt:2:10: end_date: `20261301` is no date",
        ),
        (
            changed("frequencies.txt", ",600", ",0"),
            "feed/frequencies.txt:2:4: headway_secs: must be a positive number of seconds",
        ),
        (
            without(&["stops.txt"]),
            "feed/stops.txt: the file is missing",
        ),
        (
            without(&["calendar.txt", "calendar_dates.txt"]),
            "feed/calendar.txt: the file is missing, and calendar_dates.txt too",
        ),
        (
            changed_bytes("trips.txt", |_| Vec::new()),
            "feed/trips.txt: the file is empty",
        ),
        (
            changed_bytes("stops.txt", |_| b"\xff\xfes\0t\0".to_vec()),
            "feed/stops.txt: is UTF-16 text",
        ),
    ] {
        let found = problems(&archive);
        assert!(
            found.lines().any(|line| line.starts_with(expected)),
            "{found}\n{expected}"
        );
    }
}

#[test]
fn all_problems_come_at_once_and_consequences_do_not() {
    let archive = changed_bytes("stop_times.txt", |text| {
        text.replace("08:00:00,A", "x,A")
            .replace("08:20:00,C", "y,Z")
            .into_bytes()
    });
    let found = problems(&archive);
    assert!(
        found.contains("`x`") && found.contains("`y`") && found.contains("`Z`"),
        "{found}"
    );
    // Without stops.txt every call's stop is unknown, which one line says.
    assert_eq!(problems(&without(&["stops.txt"])).lines().count(), 1);
    let many = changed_bytes("stop_times.txt", |text| {
        [text, &"T,later,,A,4\n".repeat(250)].concat().into_bytes()
    });
    let found = problems(&many);
    assert!(found.contains("more problems in this file"), "{found}");
}

#[test]
fn a_day_without_service_says_which_day_has_some() {
    let feed = Feed::of(&without(&[])).unwrap();
    let on = |date: &str| feed.service_day(date.parse().unwrap());
    // 14 July is taken away, the 18th is a Saturday.
    let taken = on("2026-07-14").unwrap_err().to_string();
    assert_eq!(
        taken,
        "feed: no trips run on Tuesday 2026-07-14 (the nearest date with service is Monday 2026-07-13)"
    );
    let weekend = on("2030-07-20").unwrap_err().to_string();
    assert!(weekend.contains("nor on that weekday"), "{weekend}");
    let beyond = on("2030-07-16").unwrap();
    assert_eq!(beyond.date.used.to_string(), "2026-12-29");
    assert!(beyond.notices[0].message.contains("stands in"));
}

#[test]
fn zip_archives_may_hold_a_folder_and_must_be_whole() {
    let open = |bytes: &[u8]| Archive::of_zip("feed.zip".to_owned(), Cursor::new(bytes.to_vec()));
    for folder in ["", "a feed/"] {
        let archive = open(&zipped(folder)).unwrap();
        assert!(FILES.iter().all(|file| archive.file(file).is_some()));
        assert!(Feed::of(&archive).is_ok());
    }
    let whole = zipped("");
    let half = open(&whole[..whole.len() / 2]).unwrap_err().to_string();
    assert!(half.contains("is not a whole zip archive"), "{half}");
    // A flipped byte of a file's packed data is found by its checksum.
    let mut flipped = whole.clone();
    flipped[60] ^= 0xff;
    let error = open(&flipped).unwrap_err().to_string();
    assert!(error.contains("agency.txt: cannot be unpacked"), "{error}");
    let mut empty = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    empty.start_file("readme.md", options).unwrap();
    let error = open(&empty.finish().unwrap().into_inner())
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("holds none of a GTFS feed's files"),
        "{error}"
    );
}

#[test]
fn no_bytes_make_a_panic() {
    let mut state = 1_u64;
    let mut below = |end: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % end
    };
    let spice: [&[u8]; 12] = [
        b"",
        b"\"",
        b",",
        b"\n",
        b"-1",
        b"999999999999",
        b"99:99:99",
        b"\xff",
        b"\0",
        b"NaN",
        b"1e308",
        b"25:00:00",
    ];
    let (mut read, mut refused) = (0, 0);
    for _ in 0..3000 {
        let mut files: Vec<(&str, Vec<u8>)> = PLAIN
            .iter()
            .map(|(name, text)| (*name, text.as_bytes().to_vec()))
            .collect();
        for _ in 0..1 + below(3) {
            let bytes = &mut files[below(PLAIN.len())].1;
            let from = below(bytes.len() + 1);
            let to = (from + below(9)).min(bytes.len());
            bytes.splice(from..to, spice[below(spice.len())].iter().copied());
        }
        let given: Vec<(&str, &[u8])> = files
            .iter()
            .map(|(name, b)| (*name, b.as_slice()))
            .collect();
        match Feed::of(&Archive::of_files("feed", &given)) {
            Ok(feed) => {
                read += 1;
                for date in ["2026-07-13", "2026-07-14", "1999-12-31"] {
                    let _ = feed.service_day(date.parse().unwrap());
                }
            }
            Err(problems) => {
                refused += 1;
                assert!(!problems.0.is_empty());
            }
        }
    }
    assert!(read > 300 && refused > 300, "{read} {refused}");
    let whole = zipped("");
    for _ in 0..1000 {
        let mut bytes = whole.clone();
        for _ in 0..1 + below(4) {
            let at = below(bytes.len());
            bytes[at] = below(256) as u8;
        }
        bytes.truncate(bytes.len() - below(2) * below(200));
        if let Ok(archive) = Archive::of_zip("feed.zip".to_owned(), Cursor::new(bytes)) {
            let _ = Feed::of(&archive);
        }
    }
}
