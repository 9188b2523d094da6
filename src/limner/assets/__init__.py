"""Where media lives and how it comes in: the only room that touches media files and fetches addresses."""
