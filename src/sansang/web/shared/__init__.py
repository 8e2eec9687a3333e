"""What all pages share: the request, templates, limits, languages."""
