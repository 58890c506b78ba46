"""La note de cadrage Clas du Gers : des politiques en YAML, aucun code."""
