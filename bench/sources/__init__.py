"""Emulators that the benches measure with: each speaks IPC v4 and shows or plays something measurable.

`python bench/sources NAME OPTIONS…` starts one; see its module for what it shows.
"""
