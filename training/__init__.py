"""What trains the numbers that the package carries: from a folder of speech, by commands of their own."""
