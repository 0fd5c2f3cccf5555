//! The electricity network of a city: what is built, on one per-unit base, with dense indices between tables.
//!
//! Branches follow MATPOWER's model (see `solvers::power_flow::network`). Index fields (`bus`, `from`, `feeder`, ...)
//! point into the vectors of [`Grid`]. Nothing here changes during a run.

use serde::Deserialize;
use serde::Serialize;

/// What a bus is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BusRole {
    /// The neighbouring transmission system, seen as a stiff source.
    External,
    /// A high-voltage bus of the city's mesh.
    Transmission,
    /// A substation's medium-voltage busbar.
    Busbar,
    /// A node of a medium-voltage feeder, with the service transformers behind it.
    Feeder,
}

/// A bus.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bus {
    /// Stable id, such as `S03-HV` or `B0421`; an imported case's own bus number.
    pub id: String,
    /// What it is for.
    pub role: BusRole,
    /// Nominal line-to-line voltage, kilovolts.
    pub base_kv: f64,
    /// District it lies in.
    pub district: usize,
    /// Metres east of the city's origin.
    pub x_m: f64,
    /// Metres north of the city's origin.
    pub y_m: f64,
    /// Shunt conductance, megawatts drawn at 1 pu.
    pub gs_mw: f64,
    /// Shunt susceptance, megavars injected at 1 pu.
    pub bs_mvar: f64,
    /// Lowest voltage allowed in operation, per unit.
    pub v_min_pu: f64,
    /// Highest voltage allowed in operation, per unit.
    pub v_max_pu: f64,
}

/// How a conductor is laid, which decides its thermal model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Laying {
    /// Bare conductor in air (IEEE 738).
    Overhead,
    /// Insulated cable in the ground.
    Cable,
}

/// A conductor type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conductor {
    /// Name, such as `Al/St 243/39`.
    pub id: String,
    /// How it is laid.
    pub laying: Laying,
    /// Outside diameter of the bare conductor, millimetres (overhead only; 0 for cables).
    pub diameter_mm: f64,
    /// Resistance at 25 C, ohms a kilometre.
    pub r25_ohm_km: f64,
    /// Resistance at 75 C, ohms a kilometre.
    pub r75_ohm_km: f64,
    /// Reactance, ohms a kilometre.
    pub x_ohm_km: f64,
    /// Capacitance to earth, nanofarads a kilometre.
    pub c_nf_km: f64,
    /// Heat capacity, joules a metre and kelvin (overhead); 0 for cables, which use a thermal time constant.
    pub heat_capacity_j_mk: f64,
    /// Highest continuous conductor temperature, degrees Celsius.
    pub max_temp_c: f64,
    /// Catalogue ampacity at the catalogue's reference conditions, amperes.
    pub ampacity_a: f64,
}

/// A line or cable with a switch at each end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Stable id, such as `L07` or `F031-4`.
    pub id: String,
    /// From bus.
    pub from: usize,
    /// To bus.
    pub to: usize,
    /// Series resistance, per unit, at 25 C conductor temperature for generated lines.
    pub r_pu: f64,
    /// Series reactance, per unit.
    pub x_pu: f64,
    /// Total charging susceptance, per unit.
    pub b_pu: f64,
    /// Route length, kilometres.
    pub length_km: f64,
    /// Conductor type.
    pub conductor: usize,
    /// Parallel conductors a phase (ampacity is this multiple of the conductor's).
    pub bundle: u32,
    /// Static continuous rating at design conditions, megavolt-amperes.
    pub rating_mva: f64,
    /// An open point in normal operation: a tie between feeders.
    pub normally_open: bool,
    /// Whether the control room can switch it; otherwise a crew must go there.
    pub remote_controlled: bool,
    /// Years in service.
    pub age_y: f64,
    /// Whether rating, length or conductor were filled in by rule for an imported case.
    pub synthetic: bool,
}

/// Thermal constants of an oil-immersed transformer (IEEE C57.91 clause 7).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TransformerThermal {
    /// Top-oil rise over ambient at rated load, kelvin.
    pub top_oil_rise_k: f64,
    /// Hottest-spot rise over top oil at rated load, kelvin.
    pub hot_spot_rise_k: f64,
    /// Ratio of load loss at rated load to no-load loss.
    pub loss_ratio: f64,
    /// Oil exponent n.
    pub n: f64,
    /// Winding exponent m.
    pub m: f64,
    /// Oil time constant, minutes.
    pub oil_time_min: f64,
    /// Winding time constant, minutes.
    pub winding_time_min: f64,
}

/// A power transformer; the tap is at the from (high-voltage) side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Transformer {
    /// Stable id, such as `S03-T1`.
    pub id: String,
    /// High-voltage bus (from, tap side).
    pub from: usize,
    /// Low-voltage bus.
    pub to: usize,
    /// Series resistance, per unit on the grid's base.
    pub r_pu: f64,
    /// Series reactance, per unit on the grid's base.
    pub x_pu: f64,
    /// Magnetising and charging susceptance, per unit.
    pub b_pu: f64,
    /// Turns ratio at tap position 0.
    pub ratio: f64,
    /// Phase shift, degrees.
    pub shift_deg: f64,
    /// Ratio step of one tap position; 0 if fixed.
    pub tap_step: f64,
    /// Lowest tap position.
    pub tap_min: i32,
    /// Highest tap position.
    pub tap_max: i32,
    /// Voltage that the tap changer holds at the low-voltage bus, per unit; ignored if fixed.
    pub v_set_pu: f64,
    /// Rated power, megavolt-amperes.
    pub rating_mva: f64,
    /// Thermal constants.
    pub thermal: TransformerThermal,
    /// Substation it belongs to, if any.
    pub substation: Option<usize>,
    /// Years in service.
    pub age_y: f64,
    /// Whether rating or thermal constants were filled in by rule for an imported case.
    pub synthetic: bool,
}

/// A substation: where the mesh meets the feeders.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Substation {
    /// Stable id, such as `S03`.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// High-voltage bus.
    pub hv_bus: usize,
    /// Medium-voltage busbar.
    pub mv_bus: usize,
    /// District it lies in.
    pub district: usize,
    /// Metres east of the city's origin.
    pub x_m: f64,
    /// Metres north of the city's origin.
    pub y_m: f64,
}

/// What the control room sheds, restores and ranks as one: the customers behind one breaker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Feeder {
    /// Stable id, such as `F031`.
    pub id: String,
    /// Substation that normally feeds it, if any.
    pub substation: Option<usize>,
    /// Bus at which its breaker sits.
    pub bus: usize,
    /// First line behind the breaker; none where the loads hang on the bus itself (imported cases).
    pub head_line: Option<usize>,
    /// Shedding order: 1 is shed first, 5 last (hospitals and pumps).
    pub priority: u8,
    /// Rating of breaker and first section, megavolt-amperes.
    pub rating_mva: f64,
}

/// Critical services, which a load may serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Critical {
    /// A hospital.
    Hospital,
    /// A water treatment plant or pump station.
    WaterPump,
    /// A traction substation of the tramway.
    Traction,
    /// A public cooling centre.
    CoolingCentre,
}

/// The customers of one group of service transformers at one bus, or one critical site.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Load {
    /// Stable id, such as `B0421` or `HOSP-1`.
    pub id: String,
    /// Bus that feeds it.
    pub bus: usize,
    /// District whose people it serves.
    pub district: usize,
    /// Feeder it normally hangs on.
    pub feeder: usize,
    /// Household customers.
    pub homes: u32,
    /// Other customers.
    pub businesses: u32,
    /// Daily peak of homes without cooling, megawatts.
    pub home_mw: f64,
    /// Daily peak of shops and offices without cooling, megawatts.
    pub commerce_mw: f64,
    /// Floor that shops and offices cool, square metres.
    pub commerce_floor_m2: f64,
    /// Daily peak of industry, megawatts.
    pub industry_mw: f64,
    /// Steady demand of the critical service, megawatts (0 unless `critical`).
    pub critical_mw: f64,
    /// Critical service it feeds, if any.
    pub critical: Option<Critical>,
    /// Coincident peak on the 35 C design day that the network was sized for, megawatts.
    pub design_peak_mw: f64,
    /// Power factor of the demand, lagging.
    pub power_factor: f64,
    /// Roof photovoltaics behind the meter, megawatts peak.
    pub pv_mwp: f64,
    /// Service (MV/LV) transformers that this load stands for; 0 where none is modelled.
    pub service_units: u32,
    /// Rating of each, kilovolt-amperes.
    pub service_unit_kva: f64,
    /// Their mean years in service.
    pub service_age_y: f64,
}

/// How a plant makes power.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Technology {
    /// Gas and steam turbine.
    CombinedCycle,
    /// Open-cycle gas turbine.
    GasTurbine,
    /// Diesel sets.
    Diesel,
    /// Steam plant with cooling water.
    Steam,
    /// Run-of-river or storage hydro.
    Hydro,
    /// Ground-mounted photovoltaics.
    Solar,
    /// Wind farm.
    Wind,
    /// A synchronous condenser or other source of reactive power alone.
    Condenser,
}

impl Technology {
    /// Whether its machines can follow load and so hold an island: not the sun, the wind and condensers.
    #[must_use]
    pub fn follows_load(self) -> bool {
        !matches!(self, Self::Solar | Self::Wind | Self::Condenser)
    }
}

/// A generating unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plant {
    /// Stable id, such as `CC1`.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Bus it feeds.
    pub bus: usize,
    /// How it makes power.
    pub technology: Technology,
    /// Lowest stable output, megawatts.
    pub p_min_mw: f64,
    /// Capacity at reference conditions, megawatts.
    pub p_max_mw: f64,
    /// Lowest reactive output, megavars.
    pub q_min_mvar: f64,
    /// Highest reactive output, megavars.
    pub q_max_mvar: f64,
    /// Voltage it holds, per unit.
    pub v_set_pu: f64,
    /// Largest change of output, megawatts a minute.
    pub ramp_mw_min: f64,
    /// Cost of output p: c0 + c1 p + c2 p^2 dollars an hour, p in megawatts; c0 is paid while it runs.
    pub cost_usd_h: [f64; 3],
    /// Carbon dioxide, kilograms a megawatt-hour.
    pub co2_kg_mwh: f64,
    /// Capacity lost for each kelvin of air temperature above 15 C, share.
    pub derating_per_k: f64,
    /// Forced outages, a year of running.
    pub forced_outages_y: f64,
    /// Output that the day-ahead schedule holds when no controller acts: share of capacity by hour of day (24 values).
    pub schedule: Vec<f64>,
}

/// Power bought from the neighbouring system at an external bus.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExternalGrid {
    /// Stable id, such as `EXT`.
    pub id: String,
    /// Its bus, the slack of the city's main island.
    pub bus: usize,
    /// Voltage it holds, per unit.
    pub v_set_pu: f64,
    /// Most that may be imported, megawatts (contract or transfer capacity, all ties together).
    pub limit_mw: f64,
    /// Price up to the limit, dollars a megawatt-hour.
    pub price_usd_mwh: f64,
    /// Carbon dioxide of imported power, kilograms a megawatt-hour.
    pub co2_kg_mwh: f64,
}

/// A grid battery.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Battery {
    /// Stable id, such as `BAT1`.
    pub id: String,
    /// Bus it feeds.
    pub bus: usize,
    /// Largest charge and discharge power, megawatts.
    pub power_mw: f64,
    /// Usable energy, megawatt-hours.
    pub energy_mwh: f64,
    /// Round-trip efficiency, share.
    pub round_trip: f64,
    /// State of charge at the start of a run, share.
    pub initial_soc: f64,
}

/// The whole network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Grid {
    /// Power base of the per-unit values, megavolt-amperes.
    pub base_mva: f64,
    /// Nominal frequency, hertz.
    pub frequency_hz: f64,
    /// Buses.
    pub buses: Vec<Bus>,
    /// Conductor types.
    pub conductors: Vec<Conductor>,
    /// Lines and cables.
    pub lines: Vec<Line>,
    /// Power transformers.
    pub transformers: Vec<Transformer>,
    /// Substations.
    pub substations: Vec<Substation>,
    /// Feeders.
    pub feeders: Vec<Feeder>,
    /// Loads.
    pub loads: Vec<Load>,
    /// Generating units.
    pub plants: Vec<Plant>,
    /// Neighbouring systems; at most one a bus.
    pub externals: Vec<ExternalGrid>,
    /// Batteries.
    pub batteries: Vec<Battery>,
}
