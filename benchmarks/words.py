"""The words that generated cases are made of."""

# In every seventh text and in a handful of all: what "a common word" and "a rare word" mean here.
COMMON_WORD = "palvelu"
COMMON_EVERY = 7
RARE_WORD = "majakkalaiva"
RARE_CASES = 5

STEMS = (
    "asiakas hakemus neuvonta päätös kunta virasto ministeriö hoitaja potilas oppilas koulu kirjasto tieto "
    "aineisto rekisteri lupa maksu etuus lasku hankinta kokeilu verkosto kumppani yhdistys yritys asukas "
    "nuori vanhus perhe lapsi työ työnantaja rekrytointi koulutus osaaminen johtaminen strategia talous "
    "budjetti säästö aika jono puhelu viesti lomake sähköposti tunnistus robotti ennuste malli kartta "
    "paikkatieto anturi liikenne reitti kuljetus jäte energia lämpö vesi metsä luonto ilmasto päästö "
    "turvallisuus hälytys poliisi pelastus tulli vero oikeus tuomioistuin vankila maahanmuutto kieli "
    "käännös teksti puhe kuva video arkisto museo kulttuuri liikunta terveys sairaala lääke ruoka ravinto"
).split()
ENDINGS = ("", "n", "ssa", "lle", "sta", "ja", "ista", "kaan")
