"""How do people work with it on a screen? The pages, the live stream, and what a device sends when it is back."""
