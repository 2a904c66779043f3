"""What several test folders and the benches share: processes, page objects, network and sound models.

Tests import it as `support`, benches through `harness`. It imports nothing of bench.
"""
