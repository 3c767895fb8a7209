"""Wake words and stop words: phrases that are listened for all day."""
