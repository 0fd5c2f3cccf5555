//! Passengers one by one: a slab of small records, threaded on lists by what they do: walk, wait, ride.
//!
//! It moves them and counts them; where vehicles are and who chooses what is not its business. Everybody is at any time in
//! exactly one list, so that created = walking + waiting + riding + arrived + abandoned.

use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::Serializer;

/// Minutes that the calendar of walkers covers: nobody walks (or waits at home for a timed departure) longer.
pub const CALENDAR_MIN: usize = 256;

/// A passenger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Rider {
    /// Plan that holds the way.
    pub plan: u32,
    /// Way in it.
    pub way: u32,
    /// Ride that comes next or is under way; the way's number of rides after the last.
    pub leg: u8,
    /// Rides of his way.
    pub rides: u8,
    /// Pair of stops waited for or ridden.
    pub pair: u32,
    /// When he set out, seconds after midnight of the run's first day.
    pub born_s: i32,
    /// When he began to wait, or when his walk ends.
    pub since_s: i32,
    /// Next in his list, plus one; 0 for none.
    pub next: u32,
}

/// A list of riders: first and last, plus one; 0 for none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queue {
    /// First.
    pub head: u32,
    /// Last.
    pub tail: u32,
}

/// Lists by index of which most are empty: only the others are written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Queues(pub Vec<Queue>);

impl Serialize for Queues {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let all = (0_u32..).zip(&self.0).filter(|(_, q)| q.head != 0);
        let used: Vec<(u32, Queue)> = all.map(|(k, q)| (k, *q)).collect();
        (self.0.len() as u32, used).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Queues {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (len, used): (u32, Vec<(u32, Queue)>) = Deserialize::deserialize(deserializer)?;
        let mut queues = vec![Queue::default(); len as usize];
        for (k, queue) in used {
            if let Some(place) = queues.get_mut(k as usize) {
                *place = queue;
            }
        }
        Ok(Self(queues))
    }
}

/// How many are where, and what became of the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Census {
    /// Set out since the start.
    pub created: u64,
    /// On foot (or at home, waiting for a timed departure).
    pub walking: u64,
    /// At stops.
    pub waiting: u64,
    /// In vehicles.
    pub riding: u64,
    /// There.
    pub arrived: u64,
    /// Gave up at a stop.
    pub abandoned: u64,
    /// Wanted to travel and found no way at that hour; not among the created.
    pub without_service: u64,
}

impl Census {
    /// Created less all others; 0.
    #[must_use]
    pub fn gap(&self) -> i64 {
        let found = self.walking + self.waiting + self.riding + self.arrived + self.abandoned;
        self.created.cast_signed() - found.cast_signed()
    }
}

/// All passengers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Riders {
    slab: Vec<Rider>,
    free: Vec<u32>,
    /// Waiting, by pair.
    queues: Queues,
    /// On foot, by minute (modulo the calendar's length) in which their walk ends.
    calendar: Vec<u32>,
    /// Waiting by stop.
    pub at_stop: Vec<u32>,
    /// The count.
    pub census: Census,
}

impl Riders {
    /// Nobody, in a network of so many pairs and stops.
    #[must_use]
    pub fn new(pairs: usize, stops: usize) -> Self {
        Self {
            queues: Queues(vec![Queue::default(); pairs]),
            calendar: vec![0; CALENDAR_MIN],
            at_stop: vec![0; stops],
            ..Self::default()
        }
    }

    /// A passenger sets out on foot.
    pub fn create(&mut self, rider: Rider) -> u32 {
        self.census.created += 1;
        self.census.walking += 1;
        match self.free.pop() {
            Some(id) => {
                self.slab[id as usize] = rider;
                id
            }
            None => {
                self.slab.push(rider);
                (self.slab.len() - 1) as u32
            }
        }
    }

    /// A passenger.
    #[must_use]
    pub fn get(&self, id: u32) -> &Rider {
        &self.slab[id as usize]
    }

    /// A passenger, to change.
    pub fn get_mut(&mut self, id: u32) -> &mut Rider {
        &mut self.slab[id as usize]
    }

    /// Enters a walker, whose `since_s` is when his walk ends, in the calendar.
    pub fn walk(&mut self, id: u32) {
        let minute = (self.slab[id as usize].since_s.div_euclid(60) as usize) % CALENDAR_MIN;
        self.slab[id as usize].next = self.calendar[minute];
        self.calendar[minute] = id + 1;
    }

    /// Takes those out whose walk ends in a minute, in order of time and number.
    pub fn walkers(&mut self, minute: i64, into: &mut Vec<(i32, u32)>) {
        let place = minute.rem_euclid(CALENDAR_MIN as i64) as usize;
        let mut at = std::mem::take(&mut self.calendar[place]);
        while at != 0 {
            let id = at - 1;
            into.push((self.slab[id as usize].since_s, id));
            at = self.slab[id as usize].next;
        }
        into.sort_unstable();
    }

    /// A walker joins the queue of a pair at a stop.
    pub fn join(&mut self, id: u32, pair: u32, stop: u32, now_s: i32) {
        let rider = &mut self.slab[id as usize];
        rider.pair = pair;
        rider.since_s = now_s;
        rider.next = 0;
        let queue = &mut self.queues.0[pair as usize];
        if queue.tail == 0 {
            queue.head = id + 1;
        } else {
            self.slab[(queue.tail - 1) as usize].next = id + 1;
        }
        queue.tail = id + 1;
        self.at_stop[stop as usize] += 1;
        self.census.walking -= 1;
        self.census.waiting += 1;
    }

    /// The first in a queue.
    #[must_use]
    pub fn first(&self, pair: u32) -> Option<u32> {
        self.queues.0[pair as usize].head.checked_sub(1)
    }

    /// The first in a queue gets on; `list` is the vehicle's list for his stop.
    pub fn board(&mut self, pair: u32, stop: u32, list: &mut u32) -> Option<u32> {
        let id = self.first(pair)?;
        let next = self.slab[id as usize].next;
        let queue = &mut self.queues.0[pair as usize];
        queue.head = next;
        if next == 0 {
            queue.tail = 0;
        }
        self.slab[id as usize].next = *list;
        *list = id + 1;
        self.at_stop[stop as usize] -= 1;
        self.census.waiting -= 1;
        self.census.riding += 1;
        Some(id)
    }

    /// Number of riders in a list of a vehicle.
    #[must_use]
    pub fn length(&self, list: u32) -> usize {
        let (mut n, mut at) = (0, list);
        while at != 0 {
            n += 1;
            at = self.slab[(at - 1) as usize].next;
        }
        n
    }

    /// The first of a vehicle's list gets off; he is on foot then.
    pub fn alight(&mut self, list: &mut u32) -> Option<u32> {
        let id = list.checked_sub(1)?;
        *list = self.slab[id as usize].next;
        self.census.riding -= 1;
        self.census.walking += 1;
        Some(id)
    }

    /// A walker is there.
    pub fn arrive(&mut self, id: u32) {
        self.census.walking -= 1;
        self.census.arrived += 1;
        self.free.push(id);
    }

    /// Those who have waited longer than `patience_s(rider)` give up; calls `gone` with the pair of each.
    pub fn give_up(
        &mut self,
        now_s: i32,
        least_s: i32,
        patience_s: impl Fn(u32, &Rider) -> i32,
        stop_of: impl Fn(u32) -> u32,
        mut gone: impl FnMut(u32),
    ) {
        for pair in 0..self.queues.0.len() {
            let mut at = self.queues.0[pair].head;
            let (mut before, mut left) = (0, 0);
            while at != 0 {
                let rider = self.slab[(at - 1) as usize];
                // A queue is in order of arrival: behind one who has just come nobody has waited long.
                if now_s - rider.since_s < least_s {
                    break;
                }
                if now_s - rider.since_s >= patience_s(at - 1, &rider) {
                    left += 1;
                    if before == 0 {
                        self.queues.0[pair].head = rider.next;
                    } else {
                        self.slab[(before - 1) as usize].next = rider.next;
                    }
                    if rider.next == 0 {
                        self.queues.0[pair].tail = before;
                    }
                    self.free.push(at - 1);
                    self.census.waiting -= 1;
                    self.census.abandoned += 1;
                    gone(pair as u32);
                } else {
                    before = at;
                }
                at = rider.next;
            }
            if left > 0 {
                self.at_stop[stop_of(pair as u32) as usize] -= left;
            }
        }
    }

    /// Number waiting in a queue.
    #[must_use]
    pub fn queue_length(&self, pair: u32) -> usize {
        self.length(self.queues.0[pair as usize].head)
    }
}
