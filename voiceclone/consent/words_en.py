"""English words that are drawn for a sentence of consent.

Common nouns of two syllables and more, each heard right by Whisper base in four words at a time
spoken by two of the offline engine's voices (13 of 241 were not in the deeper one), no two nearer
than three phonemes, one word for the comparison whatever the spelling.
"""

from __future__ import annotations

WORDS: tuple[str, ...] = (
    "accordion", "airport", "alligator", "ambulance", "anchor", "apricot", "asparagus", "autumn",
    "avocado", "balcony", "bamboo", "banana", "battery", "beacon", "bicycle", "blanket", "blueberry",
    "boomerang", "breakfast", "broccoli", "bulldozer", "butterfly", "cactus", "calendar", "camera",
    "candle", "canyon", "captain", "carnival", "caterpillar", "cathedral", "champion", "cherry",
    "chimney", "chocolate", "cinnamon", "coconut", "coffee", "compass", "cousin", "cranberry",
    "crocodile", "crystal", "cucumber", "dentist", "detective", "diamond", "dictionary", "dinner",
    "dinosaur", "dolphin", "dragon", "elbow", "elephant", "emerald", "engineer", "envelope",
    "escalator", "evening", "fabric", "factory", "festival", "finger", "forest", "furniture", "galaxy",
    "garden", "garlic", "giraffe", "grandmother", "grasshopper", "hamburger", "hamster", "harmonica",
    "hedgehog", "helicopter", "helmet", "honey", "horizon", "hospital", "hotel", "hurricane",
    "insect", "island", "jungle", "kangaroo", "keyboard", "lantern", "laundry", "lemonade", "library",
    "lightning", "lobster", "machine", "magazine", "magnet", "mango", "marathon", "medicine", "melody",
    "microphone", "monkey", "morning", "mosquito", "motorcycle", "museum", "mushroom", "mustard",
    "napkin", "necklace", "needle", "newspaper", "notebook", "ocean", "octopus", "onion", "orange",
    "orchard", "orchestra", "ostrich", "painter", "pancake", "parachute", "passenger", "peacock",
    "peanut", "pencil", "penguin", "peppermint", "photograph", "piano", "picture", "pigeon", "pillow",
    "pineapple", "planet", "potato", "pumpkin", "puppet", "pyramid", "radio", "rectangle", "restaurant",
    "sandwich", "satellite", "saxophone", "scissors", "shadow", "shepherd", "shoulder", "shower",
    "silver", "skeleton", "snowflake", "sofa", "spaghetti", "spider", "spinach", "squirrel", "stadium",
    "staircase", "station", "submarine", "suitcase", "sunflower", "sunset", "teacher", "telephone",
    "telescope", "temple", "tennis", "ticket", "toothbrush", "tornado", "traffic", "treasure",
    "triangle", "trombone", "trumpet", "tunnel", "typewriter", "umbrella", "university", "vacation",
    "vanilla", "vegetable", "village", "violin", "volcano", "walnut", "waterfall", "watermelon",
    "whistle", "windmill", "window", "zebra",
)  # fmt: skip
