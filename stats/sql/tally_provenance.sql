-- Provenance of the tally that counts a prediction: its own, or `exposed` if it was received after other predictions of
-- the match had been public. So the tally with provenance `live` can be ranked without these. Neither column ever
-- changes, so what is subtracted is what was added.

CREATE FUNCTION stats_provenance(provenance text, after_exposure boolean)
    RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN after_exposure THEN 'exposed' ELSE provenance END
$$;
