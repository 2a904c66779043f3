"""Who may use the server: the tokens of the two roles, and the rules that requests are checked against."""
