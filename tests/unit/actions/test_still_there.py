"""The hospital's list of departments changes while people have appointments there, or are about to make one."""

from dataclasses import replace

import pytest

from actions.deps import Deps
from actions.free import free_in
from knowledge.library import Library
from tests.unit.actions.conftest import NOON, Talk


@pytest.fixture
def changed(library: Library) -> Library:
    """Without cardiology; neurology has other doctors."""
    clinic = library.clinic
    departments = tuple(one for one in clinic.departments if one.id != "cardiology")
    doctors = tuple(
        replace(one, id=f"new-{one.id}") if one.department == "neurology" else one
        for one in clinic.doctors
        if one.department != "cardiology"
    )
    return replace(library, clinic=replace(clinic, departments=departments, doctors=doctors))


async def booked(deps: Deps, department: str) -> None:
    found = await free_in(deps, "demo", department, NOON)
    await deps.appointments.book("demo", "person-c1", found[0].opening, NOON)


async def test_an_appointment_that_is_no_longer_in_the_list(talk: Talk, deps: Deps, changed: Library) -> None:
    await booked(deps, "cardiology")
    talk.deps = replace(deps, library=changed)
    listed = await talk.hear("我的预约", "query_appointment").act("action_list_appointments")
    assert "11月" in listed and "请打0100-555-0120核实" in listed
    text = await talk.form_turn("change_form", "我要改预约时间", "change_appointment")
    assert "有变动" in text and "取消预约" in talk.labels() and talk.form is None
    await talk.form_turn("cancel_form", "取消预约", "cancel_appointment")
    await talk.form_turn("cancel_form", "确认", "affirm")
    assert "已为您取消" in await talk.act("action_cancel_appointment")


async def test_of_a_department_whose_doctor_has_left_a_colleague_can_be_had(
    talk: Talk, deps: Deps, changed: Library
) -> None:
    await booked(deps, "neurology")
    talk.deps = replace(deps, library=changed)
    await talk.form_turn("change_form", "我要改预约时间", "change_appointment")
    assert talk.asked == "change_doctor" and "苏明远 主治医师" in talk.labels()


async def test_a_department_that_goes_while_it_is_booked_is_asked_again(
    talk: Talk, deps: Deps, changed: Library
) -> None:
    await talk.form_turn("booking_form", "我要挂心内科王守拙医生", "book_appointment")
    assert talk.slots["booking_department"] == "cardiology" and talk.slots["booking_doctor"]
    talk.deps = replace(deps, library=changed)
    text = await talk.form_turn("booking_form", "明天")
    assert talk.asked == "booking_department" and "哪个科室" in text
