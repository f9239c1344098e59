"""Tests of Whisp."""
