"""Files of the form of MovieLens 1M about made-up users, since the real ones cannot be shipped."""

import random

AGES = (1, 18, 25, 35, 45, 50, 56)


def write(folder, users=80, movies=60, ratings=40):
    chance = random.Random(1)
    folder.mkdir()
    with open(folder / "movies.dat", "w", encoding="latin-1") as file:
        for movie in range(1, movies + 1):
            file.write(f"{movie}::Film {chr(64 + (movie - 1) // 26 + 1)}{chr(65 + (movie - 1) % 26)} ({1940 + movie})::Drama\n")
    with open(folder / "users.dat", "w", encoding="latin-1") as people, open(folder / "ratings.dat", "w", encoding="latin-1") as rated:
        for user in range(1, users + 1):
            taste = chance.randrange(3)
            people.write(f"{user}::{'FM'[chance.random() < 0.6]}::{AGES[(taste * 2 + chance.randrange(3)) % 7]}::{chance.randrange(4)}::00000\n")
            liked = sorted(range(1, movies + 1), key=lambda movie: chance.expovariate(1) * movie / (3 if movie % 3 == taste else 1))
            for place, movie in enumerate(liked[:ratings]):
                rated.write(f"{user}::{movie}::{chance.randrange(1, 6)}::{956703932 + 60 * place}\n")
