"""An order: which revision and shipment stands for it."""

from streams.cases.order import BY_CUSTOMER, BY_SUPPLIER, Order
from tests.cases.orders import revised
from tests.make import delivered, entered, line


def test_the_highest_revision_wins_and_ties_go_to_the_latest() -> None:
    """[R7]"""
    order = Order([revised(7, "customer_change", promised_at=3), entered(9), revised(5, BY_CUSTOMER, promised_at=2)])
    assert [revision.occurred_at for revision in order.revisions] == [9, 5, 7]
    assert order.promised == 3
    assert order.cancelled(BY_CUSTOMER) is None


def test_it_is_cancelled_as_its_winning_revision_says() -> None:
    """[R18]"""
    order = Order([entered(0), revised(5, BY_SUPPLIER)])
    assert (order.cancelled(BY_SUPPLIER), order.cancelled(BY_CUSTOMER)) == (5, None)


def test_it_is_complete_with_its_first_final_shipment() -> None:
    """[R14]"""
    final = delivered(5, shipment_no=2), delivered(9)
    assert Order([entered(2), delivered(3, shipment_no=3, final=False), *final]).complete == 5
    assert Order([entered(2), delivered(3, final=False)]).complete is None


def test_a_shipment_told_again_is_replaced_whole() -> None:
    """[R7]"""
    order = Order([delivered(9), delivered(10, final=False), entered(0)])
    assert [shipment.occurred_at for shipment in order.shipments.values()] == [10]
    assert order.complete is None


def test_a_cancellation_without_lines_leaves_those_before_it() -> None:
    """[R51]"""
    lines = (line("a", 2),)
    assert Order([entered(0, lines=lines), revised(5, BY_CUSTOMER)]).lines == lines
    assert Order([revised(5, BY_CUSTOMER)]).lines == ()


def test_the_earliest_confirmation_of_any_revision_counts() -> None:
    """[R17]"""
    assert Order([entered(0, confirmed_at=9), revised(5, "customer_change", confirmed_at=7)]).confirmed == 7
    assert Order([entered(0)]).confirmed is None
