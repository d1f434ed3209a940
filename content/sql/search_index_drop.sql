-- Undoes search_index.sql.

DROP INDEX search_team_name, search_team_short_name, search_team_alias, search_roundup;
DROP FUNCTION content_search_key(text);
