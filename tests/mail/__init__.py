"""Tests of verifykb.mail."""
