"""The server's options, and the file of settings, moof.toml. Imports little."""
