"""Front end with windows: Qt and nothing but Qt."""
