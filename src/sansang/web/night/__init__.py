"""The pages of the night: posts, units, the operation, the outbox and the stream."""
