"""Who is signing in? Identity only; what a person may do is a board of the access log."""

#: So a session is marked that began with a first password: it may change it, and nothing else.
IS_FIRST = "first_password"
