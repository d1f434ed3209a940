-- Ground moves are append-only: they explain why a match has other sides than its source first reported.

CREATE FUNCTION matches_guard_ground_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'ground-move-append-only: move % of match % is history and stays as it is', OLD.id, OLD.match_id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'ground_move_append_only';
END;
$$;

CREATE TRIGGER ground_move_append_only
    BEFORE UPDATE OR DELETE ON matches_groundmove
    FOR EACH ROW EXECUTE FUNCTION matches_guard_ground_move();
