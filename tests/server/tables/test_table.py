import numpy as np
import pytest

from server.tables.errors import TableError
from server.tables.table import StoredTable

TABLE = StoredTable(("x", "höhe"), ("m", None), np.array([[1.0, -0.0], [1e300, 5e-324], [0.1, 1 / 3]]))


def test_bytes_read_back_equal_to_the_bit():
    again = StoredTable.from_bytes(TABLE.to_bytes())
    assert again.names == TABLE.names
    assert again.units == TABLE.units
    assert again.values.tobytes() == TABLE.values.tobytes()


def test_equal_tables_have_equal_bytes_and_hash():
    copy = StoredTable(TABLE.names, TABLE.units, np.asfortranarray(TABLE.values.copy()))
    assert copy.to_bytes() == TABLE.to_bytes()
    assert copy.content_hash() == TABLE.content_hash()
    other = StoredTable(("x", "y"), TABLE.units, TABLE.values)
    assert other.content_hash() != TABLE.content_hash()


@pytest.mark.parametrize("data", [b"", b"12345678", b"\x02\0\0\0\0\0\0\0{}", TABLE.to_bytes()[:-4], b"\xff" * 40])
def test_other_bytes_are_refused(data):
    with pytest.raises(TableError):
        StoredTable.from_bytes(data)


def test_select_keeps_the_asked_order_and_names_an_unknown_column():
    assert TABLE.select(["höhe", "x"])[2].tolist() == [1 / 3, 0.1]
    with pytest.raises(TableError, match="no usable column named 'z'"):
        TABLE.select(["z"])
