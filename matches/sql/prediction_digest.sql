-- The canonical form of a prediction and its digest, as used by receipts, proofs and docs/examples/verify.py.
-- docs/proofs.md describes the form.
--
-- Times are microseconds since 1970 (UTC). Probabilities are the sixteen hexadecimal digits of their IEEE 754
-- double, most significant byte first, because programming languages format decimal fractions differently.
-- Free text is replaced by its SHA-256, so that it cannot imitate other lines. The salt prevents guessing a
-- prediction from its digest, because there are few likely predictions.
--
-- The planner inlines both functions, so everything in them must be IMMUTABLE: therefore a cast is used
-- instead of convert_to(), and to_char() is not used. RETURN resolves names when the function is created;
-- this is required because dumps are restored without a search_path.

CREATE FUNCTION matches_utf8(words text) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN replace(words, '\', '\\')::bytea;

CREATE FUNCTION matches_microseconds(moment timestamptz) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (extract(epoch FROM moment AT TIME ZONE 'UTC') * 1000000)::bigint::text;

CREATE FUNCTION matches_prediction_form(
    match_id bigint, forecaster_id bigint, home_goals smallint, away_goals smallint,
    p_home float8, p_draw float8, p_away float8, predicted_at timestamptz, submitted_at timestamptz,
    provenance text, model_version text, rationale text, salt uuid
) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN 'final-whistle prediction 1'
        || E'\nmatch ' || match_id::text
        || E'\nforecaster ' || forecaster_id::text
        || E'\nscore ' || coalesce(home_goals::text || ' ' || away_goals::text, '-')
        || E'\nprobabilities ' || coalesce(encode(float8send(p_home), 'hex') || ' ' || encode(float8send(p_draw), 'hex')
                                           || ' ' || encode(float8send(p_away), 'hex'), '-')
        || E'\npredicted ' || coalesce(matches_microseconds(predicted_at), '-')
        || E'\nreceived ' || matches_microseconds(submitted_at)
        || E'\nprovenance ' || provenance
        || E'\nmodel ' || encode(sha256(matches_utf8(model_version)), 'hex')
        || E'\nrationale ' || encode(sha256(matches_utf8(rationale)), 'hex')
        || E'\nsalt ' || salt::text
        || E'\n';

CREATE FUNCTION matches_prediction_digest(
    match_id bigint, forecaster_id bigint, home_goals smallint, away_goals smallint,
    p_home float8, p_draw float8, p_away float8, predicted_at timestamptz, submitted_at timestamptz,
    provenance text, model_version text, rationale text, salt uuid
) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN encode(sha256(matches_utf8(matches_prediction_form(
        match_id, forecaster_id, home_goals, away_goals, p_home, p_draw, p_away, predicted_at, submitted_at,
        provenance, model_version, rationale, salt))), 'hex');
