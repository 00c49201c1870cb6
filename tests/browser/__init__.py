"""What only a browser can tell; `make browser-test` runs it beside the unit tests."""
