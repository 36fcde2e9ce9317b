import factory

from accounts.models import Organisation, User


class OrganisationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Organisation

    name = factory.Sequence(lambda number: f"Esimerkkivirasto {number:06}")
    kind = Organisation.Kind.AGENCY


class UserFactory(factory.django.DjangoModelFactory):
    """A contributor, who signs in by e-mailed code; ``password=`` gives one a password."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda number: f"person{number}@virasto.example")
    display_name = factory.Sequence(lambda number: f"Person {number:06}")
    language = "fi"

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        return model_class.objects.create_user(*args, **kwargs)


class StaffFactory(UserFactory):
    is_staff = True
