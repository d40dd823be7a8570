"""Learning a voice from many clips: material, dataset, training run."""
