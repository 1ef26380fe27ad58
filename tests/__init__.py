"""Tests of verifykb; they mirror src/verifykb."""
