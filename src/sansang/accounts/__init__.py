"""Who is signing in? Identity only; what a person may do is a board of the access log."""
