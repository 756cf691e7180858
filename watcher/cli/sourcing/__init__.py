"""What the commands about sources answer: how each of them does, what would happen, what is wrong and what helps."""
