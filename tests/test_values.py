"""Values: what dataclasses promise of frozen, slotted classes, kept by a cheaper way to make them."""

from __future__ import annotations

import copy
import pickle
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_lint.values import Value, replace


class Point(Value, order=True):
    x: int
    y: int = 0


class Point3(Point, order=True):
    z: int = 0


class Nothing(Value):
    pass


class Name(Value, order=True):
    text: str


class Thing(Value, eq=False):
    name: str

    @property
    def shouted(self) -> str:
        return self.name.upper()


class Special(Thing):
    size: int = 0


@dataclass(frozen=True, slots=True, order=True)
class Model:
    x: int
    y: int = 0


def test_fields_are_given_by_place_or_by_name_and_may_have_defaults() -> None:
    assert (Point(1).x, Point(1).y, Point(1, y=2).y, Point3(1, 2, 3).z) == (1, 0, 2, 3)


@pytest.mark.parametrize(("args", "changes"), [((), {}), ((1, 2, 3), {}), ((1,), {"z": 1}), ((1,), {"x": 1})])
def test_what_is_no_field_and_what_is_missing_is_refused(args: tuple[int, ...], changes: dict[str, int]) -> None:
    with pytest.raises(TypeError):
        Point(*args, **changes)


@pytest.mark.parametrize("count", range(30))
def test_classes_may_have_any_number_of_fields(count: int) -> None:
    names, numbers = [f"f{number}" for number in range(count)], list(range(count))
    made = type(Value)("Made", (Value,), {"__annotations__": dict.fromkeys(names)})
    given = dict(zip(names, numbers, strict=True))
    for value in (made(*numbers), made(**given), made(*numbers[:2], **dict([*given.items()][2:]))):
        assert [getattr(value, name) for name in names] == numbers
    for wrong in ([*numbers, 0], numbers[1:]) if count else ([0],):
        with pytest.raises(TypeError, match="Made"):
            made(*wrong)
    with pytest.raises(TypeError, match="Made"):
        made(*numbers, more=1)
    if count:
        with pytest.raises(TypeError, match="Made"):
            made(*numbers, f0=1)


def test_a_class_made_from_one_that_has_values_has_fields_of_its_own() -> None:
    assert (Point(1).y, Point3(1, 2, 3).z, Thing("a").name, Special("a", 2).size) == (0, 3, "a", 2)
    assert [value.__init__.__qualname__ for value in (Point(1), Point3(1))] == ["Point.__init__", "Point3.__init__"]


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        (Point(1, 2), Point(1, 2), True),
        (Point(1, 2), Point(1, 3), False),
        (Point(1, 2), (1, 2), False),
        (Point(1, 2), Point3(1, 2), False),
        (Nothing(), Nothing(), True),
        (Name("a"), Name("a"), True),
        (Thing("a"), Thing("a"), False),
        (Special("a"), Special("a"), False),
    ],
)
def test_values_are_equal_by_class_and_fields_unless_they_are_things(one: object, other: object, equal: bool) -> None:
    assert (one == other) is equal
    assert not equal or hash(one) == hash(other)


@given(st.lists(st.tuples(st.integers(), st.integers())))
def test_values_are_ordered_as_dataclasses_are(pairs: list[tuple[int, int]]) -> None:
    assert [(p.x, p.y) for p in sorted(Point(*pair) for pair in pairs)] == [
        (p.x, p.y) for p in sorted(Model(*pair) for pair in pairs)
    ]


def test_only_values_of_one_class_can_be_compared_by_order() -> None:
    assert Name("a") < Name("b")
    assert not Point(2) <= Point(1)
    with pytest.raises(TypeError):
        Point(1) < Point3(1)  # noqa: B015
    with pytest.raises(TypeError):
        Thing("a") < Thing("b")  # type: ignore[operator]  # noqa: B015


def test_nothing_of_a_value_can_be_set_or_deleted() -> None:
    point = Point(1)
    with pytest.raises(AttributeError, match="values do not change"):
        point.x = 2  # type: ignore[misc]
    with pytest.raises(AttributeError, match="values do not change"):
        del point.x
    with pytest.raises(AttributeError):
        point.w = 2  # type: ignore[attr-defined]
    assert not hasattr(point, "__dict__")


def test_a_value_with_other_fields_is_another_value() -> None:
    point = Point(1, 2)
    assert (replace(point, y=3), point) == (Point(1, 3), Point(1, 2))
    with pytest.raises(TypeError):
        replace(point, z=3)


@pytest.mark.parametrize("value", [Point3(1, 2, 3), Nothing(), Name("a")])
def test_values_can_be_copied_and_pickled(value: Value) -> None:
    assert copy.copy(value) == copy.deepcopy(value) == pickle.loads(pickle.dumps(value)) == value


def test_a_value_shows_its_fields_and_may_have_properties() -> None:
    assert (repr(Point3(1, 2)), repr(Nothing()), Thing("a").shouted) == ("Point3(x=1, y=2, z=0)", "Nothing()", "A")


def test_values_match_by_position() -> None:
    match Point(1, 2):
        case Point(x, y):
            assert (x, y) == (1, 2)


def test_a_field_without_a_default_after_one_with_a_default_is_refused() -> None:
    with pytest.raises(TypeError, match="Bad: a field without a default follows one with a default"):

        class Bad(Value):
            a: int = 1
            b: int  # type: ignore[misc]
