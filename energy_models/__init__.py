"""Physics and markets: functions on numbers and arrays that know nothing of the simulator.

Modules are imported by name (``energy_models.dispatch``); nothing is loaded here, so that a plain run pays
only for what it uses. Everything inside is SI: watts, joules, seconds, degC, fractions from 0 to 1; hourly
arrays hold the mean of the hour that begins at ``start + i`` hours, fixed UTC+8.
"""
