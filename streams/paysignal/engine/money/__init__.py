"""Money: figures in one currency told in another, by dated rates or not at all."""
