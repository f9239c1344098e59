"""Plaintext and its mortality, pure: what a conversation holds and when it goes."""
