"""The board: the latest reading of every key, as the topic of readings has it, bounded in number and age."""
