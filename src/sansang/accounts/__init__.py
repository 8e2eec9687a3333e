"""Who is signing in? Identity only; what a person may do is a board of the access log."""

#: The key in a session that was begun with a first password: it may change that password and do nothing else.
FIRST_PASSWORD_KEY = "first_password"  # noqa: S105 the name of a key
