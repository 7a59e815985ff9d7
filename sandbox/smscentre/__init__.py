"""An SMS Center to try and test against: the vendor's documents API with its limits, errors and mishaps.

`centre.SmsCentre` holds the rules and what happened, without I/O; `app.create_app` puts it on HTTP; `world` says
who exists in it; `faults` are the mishaps that a test or a visitor may order.
"""
