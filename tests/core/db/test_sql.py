"""SQL in files."""

from core.db import sql


def test_a_file_may_include_others_with_their_lists_of_statuses(tmp_path):
    included, whole = tmp_path / "included.sql", tmp_path / "whole.sql"
    included.write_text("SELECT id FROM matches_match WHERE status IN (REPLAYABLE_STATUSES)")
    whole.write_text(f"WITH void AS (\n\\i {included}\n)\nSELECT count(*) FROM void")

    assert sql.read(str(whole)) == (
        "WITH void AS (\n"
        "SELECT id FROM matches_match WHERE status IN ('abandoned', 'cancelled')\n"
        ")\nSELECT count(*) FROM void"
    )
