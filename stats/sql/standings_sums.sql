-- Sums of all matches of a stage, for the table that is stored. See matches/sql/table_sums.sql.

WITH RECURSIVE
table_asked AS (SELECT %(stage)s::bigint AS stage_id),
table_left_out AS (SELECT NULL::bigint AS match_id WHERE false),
table_day AS (SELECT 'infinity'::date AS day),
\i matches/sql/table_sums.sql
SELECT sums FROM table_sums;
