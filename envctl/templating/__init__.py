"""Named templates: found, completed with parameters and add-ons, rendered strictly."""
