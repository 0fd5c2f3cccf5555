//! For tests: a small road network, and a bench that runs the roads alone, so that a test can play grid and hazards.
