//! Tests of the TNTP reader: what published files do, what wrong files are told, and that no text makes it panic.

use proptest::prelude::*;

use crate::scenario::import::tntp::CostFactors;
use crate::scenario::import::tntp::TntpNetwork;
use crate::scenario::import::tntp::TntpTrips;
use crate::scenario::import::tntp::parse_network;
use crate::scenario::import::tntp::parse_trips;
use crate::scenario::problem::Problem;

const NET: &str = "<NUMBER OF ZONES> 2\t\t
<NUMBER OF NODES> 3
<FIRST THRU NODE> 3
<NUMBER OF LINKS> 3
<ORIGINAL HEADER>~ \tInit node \tTerm node \tCapacity ;
<END OF METADATA>\t\t\t


~ \tinit_node\tterm_node\tcapacity\tlength\tfree_flow_time\tb\tpower\tspeed\ttoll\tlink_type\t;
\t1\t3\t900\t2.5\t1.5\t0.15\t4\t60\t7\t1\t;
\t3\t2\t900\t1\t0\t0.15\t4.9\t0\t0\t1;
\t1   2\t5E+02\t1\t2\t0\t0\t0\t0\t9\t;
";

const TRIPS: &str = "<NUMBER OF ZONES> 2
<TOTAL OD FLOW>   9.5
<END OF METADATA>


Origin  1
    1 :      0.0;     2 :     6.0;
Origin \t2
 1:3.5
";

fn network(text: &str) -> TntpNetwork {
    parse_network("net", text).unwrap()
}

fn trips(text: &str) -> TntpTrips {
    parse_trips("trips", text).unwrap()
}

fn network_problems(text: &str) -> Vec<String> {
    listed(&parse_network("net", text).unwrap_err().0)
}

fn trip_problems(text: &str) -> Vec<String> {
    listed(&parse_trips("trips", text).unwrap_err().0)
}

fn listed(problems: &[Problem]) -> Vec<String> {
    problems.iter().map(ToString::to_string).collect()
}

#[test]
fn a_network_as_published() {
    let net = network(NET);
    assert_eq!((net.zones, net.nodes, net.first_through), (Some(2), 3, 3));
    assert!(net.warnings.is_empty(), "{:?}", net.warnings);
    let [first, second, third] = &net.links[..] else {
        panic!("{:?}", net.links);
    };
    assert_eq!((first.line, first.from, first.to), (10, 1, 3));
    assert_eq!(
        (first.capacity, first.length, first.free_flow_time),
        (900.0, 2.5, 1.5)
    );
    assert_eq!(
        (first.b, first.power, first.speed, first.toll),
        (0.15, 4.0, Some(60.0), 7.0)
    );
    assert_eq!((second.free_flow_time, second.power), (0.0, 4.9));
    assert_eq!((third.capacity, third.b, third.power), (500.0, 0.0, 0.0));
    let link = first.performance(0.04, 0.02);
    assert!((link.fixed_cost - (0.1 + 0.14)).abs() < 1e-15);
}

#[test]
fn trips_as_published() {
    let read = trips(TRIPS);
    assert!(read.warnings.is_empty(), "{:?}", read.warnings);
    let flows: Vec<_> = read
        .trips
        .iter()
        .map(|t| (t.line, t.from, t.to, t.flow))
        .collect();
    assert_eq!(flows, [(7, 1, 2, 6.0), (9, 2, 1, 3.5)]);
}

#[test]
fn both_together() {
    let factors = CostFactors {
        distance: Some(1.0),
        toll: None,
    };
    let input = network(NET)
        .to_assignment(&trips(TRIPS), 2.0, factors)
        .unwrap();
    assert_eq!(
        input.demand.iter().collect::<Vec<_>>(),
        [(0, 1, 12.0), (1, 0, 7.0)]
    );
    assert_eq!(input.links[0].fixed_cost, 2.5);
    assert!(!input.network.is_through(1) && input.network.is_through(2));
}

#[test]
fn loose_networks_are_read() {
    // No end of metadata, a header without a tilde, no toll and type, two links a line, other letter case, a comment
    // behind a link, node numbers with a fraction, factors as tags, carriage returns and a byte order mark.
    let text = "\u{feff}<number of  nodes> 3\r\n<First Thru Node> 1\r\n<TOLL FACTOR> 0.02\r\n<DISTANCE FACTOR> 0.04\r\ninit_node term_node capacity length fftt B power\r\n1 2 10 1 1 0.15 4 ; 2.0 3.0 10 1 1 0.15 4 ~ by the river\r\n 3 1 0 1 1 0.15 4 25 ; text text\r\n";
    let net = parse_network("net", text);
    // `text text` is no link.
    assert!(net.is_err());
    let net = network(&text.replace("; text text", ";"));
    assert_eq!(net.links.len(), 3);
    assert_eq!((net.links[1].from, net.links[1].to), (2, 3));
    assert_eq!(
        (net.distance_factor, net.toll_factor),
        (Some(0.04), Some(0.02))
    );
    assert_eq!((net.links[2].speed, net.links[2].toll), (Some(25.0), 0.0));
    assert_eq!(
        listed(&net.warnings),
        [
            "net:7:1: capacity: is 0: the link is taken as closed (give it a capacity, or B 0 if it never slows)"
        ]
    );
    let input = net
        .to_assignment(&trips("Origin 1\n2 : 1;"), 1.0, CostFactors::default())
        .unwrap();
    assert!(input.links[2].closed && !input.links[0].closed);
    assert_eq!(input.links[0].fixed_cost, 0.04);
}

#[test]
fn loose_trips_are_read() {
    let text = "ORIGIN:3\n1 : 2.5;2:1e1;\n3 : 4\n 4\n:\n7 ;\norigin5\n1 , 2\n~ a comment : 9;\n";
    let flows: Vec<_> = trips(text)
        .trips
        .iter()
        .map(|t| (t.from, t.to, t.flow))
        .collect();
    assert_eq!(
        flows,
        [
            (3, 1, 2.5),
            (3, 2, 10.0),
            (3, 3, 4.0),
            (3, 4, 7.0),
            (5, 1, 2.0)
        ]
    );
}

#[test]
fn every_fault_of_a_network_is_told_with_its_place() {
    let text = NET
        .replace("\t1\t3\t900", "\t1\t7\tnan")
        .replace("\t3\t2\t900\t1\t0", "\t3\t0\t900\t-1\tx")
        .replace(
            "\t1   2\t5E+02\t1\t2\t0\t0\t0\t0\t9\t;",
            "\t1   2\t5E+02\t;",
        );
    assert_eq!(
        network_problems(&text),
        [
            "net:10:6: capacity: NaN is not a number of 0 or more",
            "net:11:4: term node: '0' is not a node number (nodes are numbered from 1)",
            "net:11:10: length: -1 is not a number of 0 or more",
            "net:11:13: free flow time: 'x' is not a number",
            "net:12:1: length: is missing: the line has 3 columns of at least 7 (columns are init node, term node, capacity, length, free flow time, B, power, speed, toll, type; each line ends with ;)",
        ]
    );
    assert_eq!(
        network_problems(&NET.replace("\t1\t3", "\t1\t7")),
        [
            "net:10:1: term node: 7 is beyond the 3 nodes that the file declares (correct the link or <NUMBER OF NODES>)"
        ]
    );
}

#[test]
fn a_network_cut_short_is_refused() {
    let cut: String = NET.split_inclusive('\n').take(11).collect();
    assert_eq!(
        network_problems(&cut),
        [
            "net:4:19: NUMBER OF LINKS: 3 are declared and 2 follow (is the file cut short? Else correct the count)"
        ]
    );
    let more = NET.replace("LINKS> 3", "LINKS> 2");
    assert_eq!(network(&more).warnings.len(), 1);
}

#[test]
fn files_in_the_wrong_order_are_recognised() {
    assert_eq!(
        network_problems(TRIPS),
        [
            "net:6:1: Origin: this is a table of trips, not a network (the network comes first: NET.tntp TRIPS.tntp)"
        ]
    );
    assert_eq!(
        trip_problems(NET),
        [
            "trips:10:2: Origin: '1' comes before the first Origin (is this a file of trips? A network comes first: NET.tntp TRIPS.tntp)"
        ]
    );
}

#[test]
fn metadata_faults() {
    let text = NET.replace("NODES> 3", "NODES> three").replace(
        "<FIRST THRU NODE> 3",
        "<FIRST THRU NODE> 2.5\n<NUMBER OF LINKS> 4\n<NUMBER OF ZONES",
    );
    assert_eq!(
        network_problems(&text),
        [
            "net:2:19: NUMBER OF NODES: 'three' is not a number of 0 or more",
            "net:3:19: FIRST THRU NODE: 2.5 is not a whole number",
            "net:5:1: metadata: '<NUMBER OF ZONES' has no closing '>' (a tag is written <NUMBER OF NODES> 24)",
            "net:6:19: NUMBER OF LINKS: is 3 here and 4 before (leave one of them out)",
        ]
    );
    let warned = network(&NET.replace("<ORIGINAL HEADER>", "<NUMBER OF LINK>"));
    assert!(
        warned.warnings[0]
            .to_string()
            .contains("did you mean `NUMBER OF LINKS`?")
    );
}

#[test]
fn every_fault_of_trips_is_told_with_its_place() {
    let text =
        "<TOTAL OD FLOW> 1\nOrigin 1\n 2 : -4; x : 3; 3 5; 4 :;\nOrgin 2\n 1 : inf;\nOrigin\n";
    assert_eq!(
        trip_problems(text),
        [
            "trips:3:6: flow: -4 is not a number of 0 or more",
            "trips:3:10: destination: 'x' is not a zone number (a block begins with the word Origin; comments begin with ~)",
            "trips:3:1: flow: ':' is missing before '5' (entries are written 2 : 14.5;)",
            "trips:3:1: flow: zone 4 has no flow (entries are written 2 : 14.5;)",
            "trips:4:1: destination: 'Orgin' is not a zone number (a block begins with the word Origin; comments begin with ~)",
            "trips:5:6: flow: inf is not a number of 0 or more",
            "trips:6:1: flow: the word Origin is not followed by a zone (entries are written 2 : 14.5;)",
        ]
    );
}

#[test]
fn doubtful_trips_are_read_with_a_warning() {
    let read = trips("<TOTAL OD FLOW> 100\nOrigin 1\n2 : 10; 2 : 20;\n");
    assert_eq!(
        listed(&read.warnings),
        [
            "trips:1:17: TOTAL OD FLOW: 100 is declared and the flows add up to 30 (is the file cut short? The flows are used as they are)",
            "trips:3:1: destination: zone 2 is given again for origin 1; the flows are added",
        ]
    );
    let net = network(NET);
    let input = net
        .to_assignment(&read, 1.0, CostFactors::default())
        .unwrap();
    assert_eq!(input.demand.total(), 30.0);
}

#[test]
fn trips_beyond_the_network_are_told_once_a_zone() {
    let far = trips("<NUMBER OF ZONES> 9\nOrigin 1\n8 : 1; 2 : 1;\nOrigin 9\n8 : 1;\n");
    let error = network(NET)
        .to_assignment(&far, 1.0, CostFactors::default())
        .unwrap_err();
    assert_eq!(
        listed(&error.0),
        [
            "trips:3:1: destination: zone 8 is not among the 3 nodes of net (do the two files belong together?)",
            "trips:5:1: Origin: zone 9 is not among the 3 nodes of net (do the two files belong together?)",
        ]
    );
}

#[test]
fn empty_files() {
    assert_eq!(
        network_problems(""),
        ["net: links: the file has none (is this a network file?)"]
    );
    assert_eq!(
        trip_problems("\n\n"),
        ["trips: Origin: the file has none (is this a file of trips?)"]
    );
}

/// A text with bytes changed, taken out or put in at random places.
fn mutated(text: &'static str) -> impl Strategy<Value = String> {
    let edit = (0..text.len(), 0..3_u8, any::<u8>());
    prop::collection::vec(edit, 1..12).prop_map(move |edits| {
        let mut bytes = text.as_bytes().to_vec();
        for (place, kind, byte) in edits {
            let place = place.min(bytes.len().saturating_sub(1));
            match kind {
                0 => bytes[place] = byte,
                1 => drop(bytes.remove(place)),
                _ => bytes.insert(place, byte),
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

proptest! {
    #[test]
    fn no_text_makes_the_readers_panic(net in mutated(NET), table in mutated(TRIPS)) {
        let net = parse_network("net", &net);
        let table = parse_trips("trips", &table);
        if let (Ok(net), Ok(table)) = (net, table) {
            let _ = net.to_assignment(&table, 1.0, CostFactors::default());
        }
    }

    #[test]
    fn nor_does_any_other(text in "(?s).{0,200}", words in "([<>~:;,0-9.eE a-zA-Z\\n-]{0,6}(Origin)?){0,30}") {
        for text in [text, words] {
            let _ = (parse_network("net", &text), parse_trips("trips", &text));
        }
    }
}
