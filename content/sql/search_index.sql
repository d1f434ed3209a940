-- Function and indexes of the search (docs/adr/0060). The body of the function is parsed here, so it finds
-- unaccent() under any search_path, also while a dump is restored. It is declared IMMUTABLE, which an index
-- requires: unaccent() is only STABLE, because an administrator could edit its dictionary (then REINDEX).

CREATE FUNCTION content_search_key(text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN ' ' || trim(regexp_replace(
    lower(replace(replace(unaccent('unaccent'::regdictionary, $1), '''', ''), U&'\2019', '')),
    '[\x01-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f\s]+', ' ', 'g'));

CREATE INDEX search_team_name ON matches_team USING gin (content_search_key(name) gin_trgm_ops);
CREATE INDEX search_team_short_name ON matches_team USING gin (content_search_key(short_name) gin_trgm_ops);
CREATE INDEX search_team_alias ON matches_teamalias USING gin (content_search_key(name) gin_trgm_ops);
CREATE INDEX search_roundup ON content_roundup
USING gin (to_tsvector('english', content_search_key(title || ' ' || summary)))
WHERE status = 'published';
