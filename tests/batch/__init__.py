"""Tests of reading logs of contacts."""
