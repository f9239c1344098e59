"""Doors to the network: the peer link (WebRTC) and the server link."""
