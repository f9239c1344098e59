"""OpenCV is loaded as the product loads it, before any test does."""

from whisp_desktop.optics.opencv import load_opencv

load_opencv()
