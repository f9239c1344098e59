"""Doors to what is kept: keychain, passphrase vault, sealed file."""
