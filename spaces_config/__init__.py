"""What turns this repository into a Space of Hugging Face, and what pushes it there."""
