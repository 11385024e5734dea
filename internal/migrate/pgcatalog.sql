-- What a PostgreSQL database holds, one query per kind of object. Each gives
-- class oid, oid, kind, name, address, table key, creating statements, detail,
-- further definition, body. Members of extensions are their extension's and
-- not listed. The search_path must be empty.
SELECT 'pg_namespace'::regclass::oid, n.oid, 'schema', n.nspname, format('SCHEMA %I', n.nspname), '',
	'{}'::text[], '{}'::text[], coalesce(obj_description(n.oid, 'pg_namespace'), ''), ''
FROM pg_namespace n
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
	AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_namespace'::regclass AND e.objid = n.oid AND e.deptype = 'e');

-- detail: schema, version.
SELECT 'pg_extension'::regclass::oid, x.oid, 'extension', x.extname, format('EXTENSION %I', x.extname), '',
	ARRAY[format('CREATE EXTENSION IF NOT EXISTS %I WITH SCHEMA %I', x.extname, n.nspname)],
	ARRAY[n.nspname, x.extversion], concat_ws(' ', x.extversion, 'COMMENT ' || quote_literal(obj_description(x.oid, 'pg_extension'))), ''
FROM pg_extension x JOIN pg_namespace n ON n.oid = x.extnamespace
WHERE x.oid >= 16384;

-- detail: the values.
SELECT 'pg_type'::regclass::oid, t.oid, 'enum', format('%s.%s', n.nspname, t.typname), format('TYPE %I.%I', n.nspname, t.typname), '',
	'{}'::text[], ARRAY(SELECT v.enumlabel::text FROM pg_enum v WHERE v.enumtypid = t.oid ORDER BY v.enumsortorder),
	ARRAY(SELECT v.enumlabel FROM pg_enum v WHERE v.enumtypid = t.oid ORDER BY v.enumsortorder)::text, ''
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE t.typtype = 'e' AND t.oid >= 16384
	AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e');

-- detail: type with collation; default; not null; then a name and a definition
-- for each check.
WITH domain AS (
	SELECT t.*, n.nspname, format('%I.%I', n.nspname, t.typname) AS ident,
		format_type(t.typbasetype, t.typtypmod) || coalesce((
			SELECT format(' COLLATE %I.%I', cn.nspname, c.collname)
			FROM pg_collation c JOIN pg_namespace cn ON cn.oid = c.collnamespace JOIN pg_type b ON b.oid = t.typbasetype
			WHERE c.oid = t.typcollation AND t.typcollation <> b.typcollation), '') AS base,
		ARRAY(SELECT format('CONSTRAINT %I %s', c.conname, pg_get_constraintdef(c.oid)) FROM pg_constraint c
			WHERE c.contypid = t.oid AND c.contype = 'c' ORDER BY c.conname) AS checks,
		ARRAY(SELECT u.x FROM pg_constraint c
			CROSS JOIN LATERAL unnest(ARRAY[c.conname::text, pg_get_constraintdef(c.oid)]) WITH ORDINALITY u(x, i)
			WHERE c.contypid = t.oid AND c.contype = 'c' ORDER BY c.conname, u.i) AS parts
	FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
	WHERE t.typtype = 'd' AND t.oid >= 16384
		AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e'))
SELECT 'pg_type'::regclass::oid, oid, 'domain', format('%s.%s', nspname, typname), 'DOMAIN ' || ident, '',
	array_remove(ARRAY[
		concat_ws(' ', 'CREATE DOMAIN', ident, 'AS', base, 'DEFAULT ' || typdefault, CASE WHEN typnotnull THEN 'NOT NULL' END, nullif(array_to_string(checks, ' '), '')),
		'COMMENT ON DOMAIN ' || ident || ' IS ' || quote_literal(obj_description(oid, 'pg_type'))], NULL),
	ARRAY[base, coalesce(typdefault, ''), typnotnull::text] || parts, '', ''
FROM domain;

-- detail: a name and a type for each attribute.
WITH composite AS (
	SELECT t.oid, t.typname, n.nspname, format('%I.%I', n.nspname, t.typname) AS ident,
		ARRAY(SELECT u.x FROM pg_attribute a JOIN pg_type b ON b.oid = a.atttypid
				LEFT JOIN pg_collation c ON c.oid = a.attcollation AND a.attcollation <> b.typcollation
			CROSS JOIN LATERAL unnest(ARRAY[quote_ident(a.attname),
				format_type(a.atttypid, a.atttypmod) || coalesce(' COLLATE ' || c.oid::regcollation, '')]) WITH ORDINALITY u(x, i)
			WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum, u.i) AS parts
	FROM pg_type t JOIN pg_class r ON r.oid = t.typrelid AND r.relkind = 'c' JOIN pg_namespace n ON n.oid = t.typnamespace
	WHERE t.oid >= 16384
		AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e'))
SELECT 'pg_type'::regclass::oid, oid, 'composite type', format('%s.%s', nspname, typname), 'TYPE ' || ident, '',
	array_remove(ARRAY[
		format('CREATE TYPE %s AS (%s)', ident, (SELECT string_agg(parts[i] || ' ' || parts[i + 1], ', ' ORDER BY i) FROM generate_series(1, cardinality(parts), 2) i)),
		'COMMENT ON TYPE ' || ident || ' IS ' || quote_literal(obj_description(oid, 'pg_type'))], NULL),
	parts, '', ''
FROM composite;

-- Sequences that a column owns are the column's.
WITH sequence AS (
	SELECT r.oid, r.relname, r.relpersistence, n.nspname, format('%I.%I', n.nspname, r.relname) AS ident, s.*
	FROM pg_class r JOIN pg_sequence s ON s.seqrelid = r.oid JOIN pg_namespace n ON n.oid = r.relnamespace
	WHERE r.oid >= 16384 AND n.nspname !~ '^pg_' AND NOT EXISTS (
		SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = r.oid
			AND (e.deptype IN ('e', 'i') OR e.deptype = 'a' AND e.refclassid = 'pg_class'::regclass)))
SELECT 'pg_class'::regclass::oid, oid, 'sequence', format('%s.%s', nspname, relname), 'SEQUENCE ' || ident, '',
	array_remove(ARRAY[
		format('CREATE SEQUENCE %s AS %s INCREMENT BY %s MINVALUE %s MAXVALUE %s START WITH %s CACHE %s %s', ident, format_type(seqtypid, NULL),
			seqincrement, seqmin, seqmax, seqstart, seqcache, CASE WHEN seqcycle THEN 'CYCLE' ELSE 'NO CYCLE' END),
		'COMMENT ON SEQUENCE ' || ident || ' IS ' || quote_literal(obj_description(oid, 'pg_class'))], NULL),
	'{}'::text[], CASE relpersistence WHEN 'u' THEN 'UNLOGGED' ELSE '' END, ''
FROM sequence;

-- detail: signature.
WITH routine AS (
	SELECT p.*, n.nspname, CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END AS what,
		format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)) AS ident
	FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
	WHERE p.oid >= 16384 AND p.prokind <> 'a' AND n.nspname !~ '^pg_'
		AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid AND e.deptype IN ('e', 'i')))
SELECT 'pg_proc'::regclass::oid, oid, 'function', format('%s.%s(%s)', nspname, proname, oidvectortypes(proargtypes)), what || ' ' || ident, '',
	array_remove(ARRAY[
		rtrim(pg_get_functiondef(oid), E' \n'),
		'COMMENT ON ' || what || ' ' || ident || ' IS ' || quote_literal(obj_description(oid, 'pg_proc'))], NULL),
	ARRAY[prokind::text, pg_get_function_arguments(oid), coalesce(pg_get_function_result(oid), '')], '', CASE WHEN prosqlbody IS NULL THEN prosrc ELSE '' END
FROM routine;

SELECT 'pg_class'::regclass::oid, r.oid,
	CASE WHEN r.relkind = 'f' THEN 'foreign table' WHEN r.relispartition THEN 'partition' ELSE 'table' END,
	format('%s.%s', n.nspname, r.relname), format('TABLE %I.%I', n.nspname, r.relname), '', '{}'::text[], '{}'::text[],
	concat_ws(' ', 'TABLE',
		'INHERITS ' || nullif(array_to_string(ARRAY(SELECT i.inhparent::regclass::text FROM pg_inherits i WHERE i.inhrelid = r.oid ORDER BY i.inhseqno), ', '), ''),
		pg_get_expr(r.relpartbound, r.oid), 'PARTITION BY ' || pg_get_partkeydef(r.oid), 'OF ' || nullif(r.reloftype, 0)::regtype::text,
		'USING ' || (SELECT nullif(amname, 'heap') FROM pg_am WHERE oid = r.relam),
		'TABLESPACE ' || (SELECT spcname FROM pg_tablespace WHERE oid = r.reltablespace),
		CASE r.relreplident WHEN 'i' THEN 'REPLICA IDENTITY USING INDEX' END,
		(SELECT format('SERVER %s %s', s.srvname, f.ftoptions) FROM pg_foreign_table f JOIN pg_foreign_server s ON s.oid = f.ftserver WHERE f.ftrelid = r.oid),
		'COMMENT ' || quote_literal(obj_description(r.oid, 'pg_class'))), ''
FROM pg_class r JOIN pg_namespace n ON n.oid = r.relnamespace
WHERE r.relkind IN ('r', 'p', 'f') AND r.oid >= 16384 AND n.nspname !~ '^pg_'
	AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = r.oid AND e.deptype = 'e');

-- detail: default or generation expression, how it is generated, type, whether
-- NOT NULL, whether serial, name.
SELECT 0::oid, 0::oid, 'column', format('%s.%s.%s', n.nspname, r.relname, a.attname), format('COLUMN %I.%I.%I', n.nspname, r.relname, a.attname),
	CASE WHEN r.relkind = 'f' THEN 'foreign table' WHEN r.relispartition THEN 'partition' ELSE 'table' END || format(' %s.%s', n.nspname, r.relname),
	'{}'::text[], ARRAY[coalesce(pg_get_expr(d.adbin, d.adrelid), ''), a.attgenerated::text, format_type(a.atttypid, a.atttypmod), a.attnotnull::text,
		coalesce(pg_get_expr(d.adbin, d.adrelid) = format('nextval(%L::regclass)', format('%I.%I', n.nspname, r.relname || '_' || a.attname || '_seq'))
			AND pg_get_serial_sequence(format('%I.%I', n.nspname, r.relname), a.attname) IS NOT NULL, false)::text, a.attname],
	concat_ws(' ', format_type(a.atttypid, a.atttypmod),
		(SELECT format('COLLATE %I.%I', cn.nspname, c.collname) FROM pg_collation c JOIN pg_namespace cn ON cn.oid = c.collnamespace
			JOIN pg_type t ON t.oid = a.atttypid WHERE c.oid = a.attcollation AND a.attcollation <> t.typcollation),
		CASE WHEN a.attnotnull THEN 'NOT NULL' END,
		CASE a.attgenerated WHEN '' THEN 'DEFAULT ' WHEN 's' THEN 'STORED ' ELSE 'VIRTUAL ' END || pg_get_expr(d.adbin, d.adrelid),
		(SELECT format('%s SEQUENCE %s %s INCREMENT %s START %s MIN %s MAX %s CACHE %s CYCLE %s',
				CASE a.attidentity WHEN 'a' THEN 'ALWAYS IDENTITY' WHEN 'd' THEN 'BY DEFAULT IDENTITY' ELSE 'OWNED' END,
				s.seqrelid::regclass, format_type(s.seqtypid, NULL), s.seqincrement, s.seqstart, s.seqmin, s.seqmax, s.seqcache, s.seqcycle)
			FROM pg_depend p JOIN pg_sequence s ON s.seqrelid = p.objid
			WHERE p.classid = 'pg_class'::regclass AND p.refclassid = 'pg_class'::regclass AND p.refobjid = r.oid AND p.refobjsubid = a.attnum AND p.deptype IN ('a', 'i')),
		CASE WHEN a.attinhcount > 0 THEN 'INHERITED' END, 'OPTIONS ' || a.attfdwoptions::text,
		'COMMENT ' || quote_literal(col_description(r.oid, a.attnum))), ''
FROM pg_attribute a JOIN pg_class r ON r.oid = a.attrelid JOIN pg_namespace n ON n.oid = r.relnamespace
	LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE r.relkind IN ('r', 'p', 'f') AND r.oid >= 16384 AND a.attnum > 0 AND NOT a.attisdropped AND n.nspname !~ '^pg_'
	AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = r.oid AND e.deptype = 'e');

-- detail: definition; for a foreign key its deferrability, or ''; type.
SELECT 0::oid, 0::oid, 'constraint', format('%s on %s.%s', c.conname, n.nspname, r.relname), format('CONSTRAINT %I ON %I.%I', c.conname, n.nspname, r.relname),
	CASE WHEN r.relkind = 'f' THEN 'foreign table' WHEN r.relispartition THEN 'partition' ELSE 'table' END || format(' %s.%s', n.nspname, r.relname),
	'{}'::text[], ARRAY[pg_get_constraintdef(c.oid), CASE WHEN c.contype <> 'f' THEN '' WHEN NOT c.condeferrable THEN 'NOT DEFERRABLE'
		WHEN c.condeferred THEN 'DEFERRABLE INITIALLY DEFERRED' ELSE 'DEFERRABLE INITIALLY IMMEDIATE' END, c.contype::text, c.conname],
	concat_ws(' ', pg_get_constraintdef(c.oid), 'WITH ' || i.reloptions::text, (SELECT 'TABLESPACE ' || spcname FROM pg_tablespace WHERE oid = i.reltablespace),
		CASE WHEN x.indisclustered THEN 'CLUSTERED' END, CASE WHEN x.indisreplident THEN 'REPLICA IDENTITY' END, 'COMMENT ' || quote_literal(obj_description(c.oid, 'pg_constraint')),
		'INDEX COMMENT ' || quote_literal(obj_description(i.oid, 'pg_class'))), ''
FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid JOIN pg_namespace n ON n.oid = r.relnamespace
	LEFT JOIN pg_class i ON i.oid = c.conindid AND c.contype IN ('p', 'u', 'x') LEFT JOIN pg_index x ON x.indexrelid = i.oid
WHERE c.contype <> 't' AND (c.contype <> 'n' OR c.connoinherit OR NOT c.convalidated) AND c.oid >= 16384 AND c.conparentid = 0 AND n.nspname !~ '^pg_'
	AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = r.oid AND e.deptype = 'e');

-- detail: definition.
SELECT 'pg_class'::regclass::oid, i.oid, CASE r.relkind WHEN 'm' THEN 'index of a materialized view' ELSE 'index' END,
	format('%s.%s', n.nspname, i.relname), format('INDEX %I.%I', n.nspname, i.relname),
	CASE WHEN r.relkind = 'm' THEN 'materialized view' WHEN r.relispartition THEN 'partition' ELSE 'table' END || format(' %s.%s', rn.nspname, r.relname),
	CASE WHEN r.relkind = 'm' THEN array_remove(ARRAY[
		pg_get_indexdef(i.oid),
		format('COMMENT ON INDEX %I.%I IS ', n.nspname, i.relname) || quote_literal(obj_description(i.oid, 'pg_class'))], NULL) ELSE '{}' END,
	ARRAY[pg_get_indexdef(i.oid)],
	concat_ws(' ', pg_get_indexdef(i.oid), CASE WHEN NOT x.indisvalid THEN 'INVALID' END, CASE WHEN x.indisclustered THEN 'CLUSTERED' END,
		CASE WHEN x.indisreplident THEN 'REPLICA IDENTITY' END, (SELECT 'TABLESPACE ' || spcname FROM pg_tablespace WHERE oid = i.reltablespace),
		(SELECT 'STATISTICS ' || string_agg(attnum || ' ' || attstattarget, ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = i.oid AND attstattarget >= 0),
		'COMMENT ' || quote_literal(obj_description(i.oid, 'pg_class'))), ''
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class r ON r.oid = x.indrelid
	JOIN pg_namespace n ON n.oid = i.relnamespace JOIN pg_namespace rn ON rn.oid = r.relnamespace
WHERE i.oid >= 16384 AND n.nspname !~ '^pg_' AND NOT i.relispartition
	AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.oid AND c.contype IN ('p', 'u', 'x'))
	AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = r.oid AND e.deptype = 'e');

-- detail: a name and a type for each column.
WITH view AS (
	SELECT r.*, n.nspname, format('%I.%I', n.nspname, r.relname) AS ident,
		CASE r.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END AS what,
		ARRAY(SELECT format('COMMENT ON COLUMN %I.%I.%I IS %L', n.nspname, r.relname, a.attname, col_description(r.oid, a.attnum)) FROM pg_attribute a
			WHERE a.attrelid = r.oid AND a.attnum > 0 AND col_description(r.oid, a.attnum) IS NOT NULL ORDER BY a.attnum) AS comments,
		ARRAY(SELECT u.x FROM pg_attribute a
			CROSS JOIN LATERAL unnest(ARRAY[a.attname::text, format_type(a.atttypid, a.atttypmod)]) WITH ORDINALITY u(x, i)
			WHERE a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum, u.i) AS columns
	FROM pg_class r JOIN pg_namespace n ON n.oid = r.relnamespace
	WHERE r.relkind IN ('v', 'm') AND r.oid >= 16384 AND n.nspname !~ '^pg_'
		AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = r.oid AND e.deptype = 'e'))
SELECT 'pg_class'::regclass::oid, oid, lower(what), format('%s.%s', nspname, relname), what || ' ' || ident, '',
	array_remove(ARRAY[
		concat_ws(' ', 'CREATE', what, ident, 'USING ' || (SELECT nullif(amname, 'heap') FROM pg_am WHERE pg_am.oid = view.relam),
			'WITH (' || array_to_string(reloptions, ', ') || ')', 'TABLESPACE ' || (SELECT quote_ident(spcname) FROM pg_tablespace WHERE pg_tablespace.oid = reltablespace),
			'AS') || E'\n' || rtrim(pg_get_viewdef(oid), ';') || CASE WHEN relkind = 'm' AND NOT relispopulated THEN E'\nWITH NO DATA' ELSE '' END,
		'COMMENT ON ' || what || ' ' || ident || ' IS ' || quote_literal(obj_description(oid, 'pg_class'))], NULL) || comments,
	columns, concat_ws(' ',
		(SELECT 'DEFAULT ' || string_agg(adnum || ' ' || pg_get_expr(adbin, adrelid), ', ' ORDER BY adnum) FROM pg_attrdef WHERE adrelid = view.oid),
		(SELECT 'SET ' || string_agg(concat_ws(' ', attnum, attstattarget, attstorage, attcompression, attoptions), ', ' ORDER BY attnum) FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
			WHERE attrelid = view.oid AND attnum > 0 AND (attstattarget >= 0 OR attstorage <> t.typstorage OR attcompression <> '' OR attoptions IS NOT NULL))), ''
FROM view;

SELECT 'pg_rewrite'::regclass::oid, w.oid, 'rule', format('%s on %s.%s', w.rulename, n.nspname, r.relname), format('RULE %I ON %I.%I', w.rulename, n.nspname, r.relname),
	CASE r.relkind WHEN 'v' THEN 'view' ELSE 'table' END || format(' %s.%s', n.nspname, r.relname),
	array_remove(ARRAY[rtrim(pg_get_ruledef(w.oid), ';'),
		format('COMMENT ON RULE %I ON %I.%I IS ', w.rulename, n.nspname, r.relname) || quote_literal(obj_description(w.oid, 'pg_rewrite'))], NULL),
	'{}'::text[], coalesce(nullif(w.ev_enabled, 'O')::text, ''), ''
FROM pg_rewrite w JOIN pg_class r ON r.oid = w.ev_class JOIN pg_namespace n ON n.oid = r.relnamespace
WHERE w.oid >= 16384 AND w.rulename <> '_RETURN' AND n.nspname !~ '^pg_'
	AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_rewrite'::regclass AND e.objid = w.oid AND e.deptype = 'e');

SELECT 'pg_trigger'::regclass::oid, t.oid, 'trigger', format('%s on %s.%s', t.tgname, n.nspname, r.relname), format('TRIGGER %I ON %I.%I', t.tgname, n.nspname, r.relname),
	CASE r.relkind WHEN 'v' THEN 'view' ELSE CASE WHEN r.relispartition THEN 'partition' ELSE 'table' END END || format(' %s.%s', n.nspname, r.relname),
	array_remove(ARRAY[pg_get_triggerdef(t.oid),
		CASE t.tgenabled WHEN 'D' THEN format('ALTER TABLE %I.%I DISABLE TRIGGER %I', n.nspname, r.relname, t.tgname)
			WHEN 'A' THEN format('ALTER TABLE %I.%I ENABLE ALWAYS TRIGGER %I', n.nspname, r.relname, t.tgname)
			WHEN 'R' THEN format('ALTER TABLE %I.%I ENABLE REPLICA TRIGGER %I', n.nspname, r.relname, t.tgname) END,
		format('COMMENT ON TRIGGER %I ON %I.%I IS ', t.tgname, n.nspname, r.relname) || quote_literal(obj_description(t.oid, 'pg_trigger'))], NULL),
	'{}'::text[], '', ''
FROM pg_trigger t JOIN pg_class r ON r.oid = t.tgrelid JOIN pg_namespace n ON n.oid = r.relnamespace
WHERE t.oid >= 16384 AND NOT t.tgisinternal AND t.tgparentid = 0 AND n.nspname !~ '^pg_'
	AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_trigger'::regclass AND e.objid = t.oid AND e.deptype = 'e');

-- Settings: each creating statement has in detail the one that undoes it.
SELECT 0::oid, 0::oid, 'row-level security', format('of %s.%s', n.nspname, r.relname), format('TABLE %I.%I', n.nspname, r.relname),
	CASE WHEN r.relispartition THEN 'partition' ELSE 'table' END || format(' %s.%s', n.nspname, r.relname),
	array_remove(ARRAY[
		CASE WHEN r.relrowsecurity THEN format('ALTER TABLE %I.%I ENABLE ROW LEVEL SECURITY', n.nspname, r.relname) END,
		CASE WHEN r.relforcerowsecurity THEN format('ALTER TABLE %I.%I FORCE ROW LEVEL SECURITY', n.nspname, r.relname) END], NULL),
	array_remove(ARRAY[
		CASE WHEN r.relrowsecurity THEN format('ALTER TABLE %I.%I DISABLE ROW LEVEL SECURITY', n.nspname, r.relname) END,
		CASE WHEN r.relforcerowsecurity THEN format('ALTER TABLE %I.%I NO FORCE ROW LEVEL SECURITY', n.nspname, r.relname) END], NULL), '', ''
FROM pg_class r JOIN pg_namespace n ON n.oid = r.relnamespace
WHERE (r.relrowsecurity OR r.relforcerowsecurity) AND r.oid >= 16384 AND n.nspname !~ '^pg_'
	AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = r.oid AND e.deptype = 'e');

WITH setting AS (
	SELECT n.nspname, r.relname, r.relispartition, format('ALTER TABLE %I.%I ', n.nspname, r.relname) AS alter, r.relpersistence, r.relreplident,
		r.reloptions || ARRAY(SELECT 'toast.' || x FROM pg_class t CROSS JOIN LATERAL unnest(t.reloptions) x WHERE t.oid = r.reltoastrelid) AS options
	FROM pg_class r JOIN pg_namespace n ON n.oid = r.relnamespace
	WHERE r.relkind IN ('r', 'p') AND r.oid >= 16384 AND n.nspname !~ '^pg_'
		AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = r.oid AND e.deptype = 'e'))
SELECT 0::oid, 0::oid, 'settings', format('of table %s.%s', nspname, relname), format('TABLE %I.%I', nspname, relname),
	CASE WHEN relispartition THEN 'partition' ELSE 'table' END || format(' %s.%s', nspname, relname),
	array_remove(ARRAY[
		CASE relpersistence WHEN 'u' THEN alter || 'SET UNLOGGED' END,
		alter || 'SET (' || nullif(array_to_string(options, ', '), '') || ')',
		CASE relreplident WHEN 'f' THEN alter || 'REPLICA IDENTITY FULL' WHEN 'n' THEN alter || 'REPLICA IDENTITY NOTHING' END], NULL),
	array_remove(ARRAY[
		CASE relpersistence WHEN 'u' THEN alter || 'SET LOGGED' END,
		alter || 'RESET (' || (SELECT string_agg(split_part(x, '=', 1), ', ') FROM unnest(options) x) || ')',
		CASE WHEN relreplident IN ('f', 'n') THEN alter || 'REPLICA IDENTITY DEFAULT' END], NULL), '', ''
FROM setting
WHERE relpersistence = 'u' OR cardinality(options) > 0 OR relreplident IN ('f', 'n');

WITH setting AS (
	SELECT n.nspname, r.relname, r.relispartition, a.attname, a.attoptions AS options, nullif(a.attstattarget, -1) AS target,
		format('ALTER TABLE %I.%I ALTER COLUMN %I ', n.nspname, r.relname, a.attname) AS alter,
		CASE nullif(a.attstorage, t.typstorage) WHEN 'p' THEN 'PLAIN' WHEN 'm' THEN 'MAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'x' THEN 'EXTENDED' END AS storage,
		CASE t.typstorage WHEN 'p' THEN 'PLAIN' WHEN 'm' THEN 'MAIN' WHEN 'e' THEN 'EXTERNAL' ELSE 'EXTENDED' END AS usual,
		CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END AS compression
	FROM pg_attribute a JOIN pg_class r ON r.oid = a.attrelid JOIN pg_namespace n ON n.oid = r.relnamespace JOIN pg_type t ON t.oid = a.atttypid
	WHERE r.relkind IN ('r', 'p') AND r.oid >= 16384 AND a.attnum > 0 AND NOT a.attisdropped AND n.nspname !~ '^pg_'
		AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = r.oid AND e.deptype = 'e'))
SELECT 0::oid, 0::oid, 'settings', format('of column %s.%s.%s', nspname, relname, attname), format('COLUMN %I.%I.%I', nspname, relname, attname),
	CASE WHEN relispartition THEN 'partition' ELSE 'table' END || format(' %s.%s', nspname, relname),
	array_remove(ARRAY[alter || 'SET STATISTICS ' || target, alter || 'SET STORAGE ' || storage, alter || 'SET COMPRESSION ' || compression,
		alter || 'SET (' || nullif(array_to_string(options, ', '), '') || ')'], NULL),
	array_remove(ARRAY[CASE WHEN target IS NOT NULL THEN alter || 'SET STATISTICS -1' END, CASE WHEN storage IS NOT NULL THEN alter || 'SET STORAGE ' || usual END,
		CASE WHEN compression IS NOT NULL THEN alter || 'SET COMPRESSION default' END,
		alter || 'RESET (' || (SELECT string_agg(split_part(x, '=', 1), ', ') FROM unnest(options) x) || ')'], NULL), '', ''
FROM setting
WHERE target IS NOT NULL OR storage IS NOT NULL OR compression IS NOT NULL OR cardinality(options) > 0;

-- Comments on what is no object of its own here.
WITH comment AS (
	SELECT 'of enum' AS kind, format('%s.%s', n.nspname, t.typname) AS name, format('TYPE %I.%I', n.nspname, t.typname) AS address, format('enum %s.%s', n.nspname, t.typname) AS host,
		obj_description(t.oid, 'pg_type') AS text, 'pg_type'::regclass AS class, t.oid
	FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype = 'e'
	UNION ALL SELECT 'of constraint', format('%s on %s.%s', c.conname, n.nspname, t.typname), format('CONSTRAINT %I ON DOMAIN %I.%I', c.conname, n.nspname, t.typname), format('domain %s.%s', n.nspname, t.typname),
		obj_description(c.oid, 'pg_constraint'), 'pg_type', t.oid
	FROM pg_constraint c JOIN pg_type t ON t.oid = c.contypid JOIN pg_namespace n ON n.oid = t.typnamespace
	UNION ALL SELECT 'of attribute', format('%s.%s.%s', n.nspname, r.relname, a.attname), format('COLUMN %I.%I.%I', n.nspname, r.relname, a.attname), format('composite type %s.%s', n.nspname, r.relname),
		col_description(r.oid, a.attnum), 'pg_type', r.reltype
	FROM pg_attribute a JOIN pg_class r ON r.oid = a.attrelid AND r.relkind = 'c' JOIN pg_namespace n ON n.oid = r.relnamespace
	UNION ALL SELECT 'of sequence', format('%s.%s', n.nspname, r.relname), format('SEQUENCE %I.%I', n.nspname, r.relname), format('table %s.%s', hn.nspname, h.relname),
		obj_description(r.oid, 'pg_class'), 'pg_class', h.oid
	FROM pg_class r JOIN pg_namespace n ON n.oid = r.relnamespace
		JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
		JOIN pg_class h ON h.oid = d.refobjid JOIN pg_namespace hn ON hn.oid = h.relnamespace WHERE r.relkind = 'S')
SELECT 0::oid, 0::oid, 'settings', kind || ' ' || name, address, host,
	ARRAY['COMMENT ON ' || address || ' IS ' || quote_literal(text)], ARRAY['COMMENT ON ' || address || ' IS NULL'], '', ''
FROM comment
WHERE text IS NOT NULL AND oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = class AND e.objid = oid AND e.deptype = 'e');

SELECT 'pg_policy'::regclass::oid, p.oid, 'policy', format('%s on %s.%s', p.polname, n.nspname, r.relname), format('POLICY %I ON %I.%I', p.polname, n.nspname, r.relname),
	CASE WHEN r.relispartition THEN 'partition' ELSE 'table' END || format(' %s.%s', n.nspname, r.relname),
	array_remove(ARRAY[
		concat_ws(' ', format('CREATE POLICY %I ON %I.%I AS %s FOR %s TO %s', p.polname, n.nspname, r.relname,
				CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
				CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
				array_to_string(ARRAY(SELECT CASE u WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(u)) END FROM unnest(p.polroles) u ORDER BY 1), ', ')),
			'USING (' || pg_get_expr(p.polqual, p.polrelid) || ')', 'WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')'),
		format('COMMENT ON POLICY %I ON %I.%I IS ', p.polname, n.nspname, r.relname) || quote_literal(obj_description(p.oid, 'pg_policy'))], NULL),
	'{}'::text[], '', ''
FROM pg_policy p JOIN pg_class r ON r.oid = p.polrelid JOIN pg_namespace n ON n.oid = r.relnamespace
WHERE p.oid >= 16384;

SELECT 'pg_statistic_ext'::regclass::oid, s.oid, 'statistics', format('%s.%s', n.nspname, s.stxname), format('STATISTICS %I.%I', n.nspname, s.stxname), '',
	array_remove(ARRAY[pg_get_statisticsobjdef(s.oid),
		format('COMMENT ON STATISTICS %I.%I IS ', n.nspname, s.stxname) || quote_literal(obj_description(s.oid, 'pg_statistic_ext'))], NULL),
	'{}'::text[], coalesce('STATISTICS ' || nullif(s.stxstattarget, -1), ''), ''
FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace
WHERE s.oid >= 16384;

-- What is granted beyond the default, and what of the default is not.
WITH acl AS (
	SELECT coalesce((SELECT format('table %s.%s', hn.nspname, h.relname) FROM pg_depend d JOIN pg_class h ON h.oid = d.refobjid JOIN pg_namespace hn ON hn.oid = h.relnamespace
			WHERE r.relkind = 'S' AND d.classid = 'pg_class'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')),
			CASE WHEN r.relkind = 'v' THEN 'view' WHEN r.relkind = 'm' THEN 'materialized view' WHEN r.relkind = 'S' THEN 'sequence' WHEN r.relkind = 'f' THEN 'foreign table'
				WHEN r.relispartition THEN 'partition' ELSE 'table' END || format(' %s.%s', n.nspname, r.relname)) AS host,
		CASE r.relkind WHEN 'S' THEN 'sequence' WHEN 'v' THEN 'view' ELSE 'table' END || format(' %s.%s', n.nspname, r.relname) AS name,
		CASE r.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END || format(' %I.%I', n.nspname, r.relname) AS target, '' AS col,
		r.relacl AS given, acldefault(CASE r.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", r.relowner) AS usual, 'pg_class'::regclass AS class, r.oid
	FROM pg_class r JOIN pg_namespace n ON n.oid = r.relnamespace WHERE r.relacl IS NOT NULL AND r.oid >= 16384
	UNION ALL SELECT CASE WHEN r.relkind = 'v' THEN 'view' WHEN r.relkind = 'm' THEN 'materialized view' WHEN r.relkind = 'f' THEN 'foreign table' WHEN r.relispartition THEN 'partition' ELSE 'table' END
			|| format(' %s.%s', n.nspname, r.relname),
		format('column %s.%s.%s', n.nspname, r.relname, a.attname), format('TABLE %I.%I', n.nspname, r.relname), format(' (%I)', a.attname),
		a.attacl, acldefault('c', r.relowner), 'pg_class', r.oid
	FROM pg_attribute a JOIN pg_class r ON r.oid = a.attrelid JOIN pg_namespace n ON n.oid = r.relnamespace WHERE a.attacl IS NOT NULL AND r.oid >= 16384
	UNION ALL SELECT format('function %s.%s(%s)', n.nspname, p.proname, oidvectortypes(p.proargtypes)), format('function %s.%s(%s)', n.nspname, p.proname, oidvectortypes(p.proargtypes)),
		CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END || format(' %I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)), '',
		p.proacl, acldefault('f', p.proowner), 'pg_proc', p.oid
	FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.proacl IS NOT NULL AND p.oid >= 16384
	UNION ALL SELECT CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'c' THEN 'composite type' WHEN 'r' THEN 'range type' ELSE 'base type' END || format(' %s.%s', n.nspname, t.typname),
		format('type %s.%s', n.nspname, t.typname), format('TYPE %I.%I', n.nspname, t.typname), '', t.typacl, acldefault('T', t.typowner), 'pg_type', t.oid
	FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typacl IS NOT NULL AND t.oid >= 16384
	UNION ALL SELECT 'schema ' || n.nspname, 'schema ' || n.nspname, format('SCHEMA %I', n.nspname), '', n.nspacl, acldefault('n', n.nspowner), 'pg_namespace', n.oid
	FROM pg_namespace n WHERE n.nspacl IS NOT NULL AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'),
item AS (
	SELECT acl.*, x.granted, format('%s%s ON %s', x.privilege_type, col, target) AS what,
		CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(x.grantee)) END AS who, CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END AS option
	FROM acl CROSS JOIN LATERAL (
		(SELECT true AS granted, g.grantee, g.privilege_type, g.is_grantable FROM aclexplode(given) g EXCEPT SELECT true, u.grantee, u.privilege_type, u.is_grantable FROM aclexplode(usual) u)
		UNION ALL (SELECT false, u.grantee, u.privilege_type, u.is_grantable FROM aclexplode(usual) u EXCEPT SELECT false, g.grantee, g.privilege_type, g.is_grantable FROM aclexplode(given) g)) x
	WHERE NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = class AND e.objid = oid AND e.deptype = 'e'))
SELECT 0::oid, 0::oid, 'privileges', 'on ' || name, target, host,
	array_agg(CASE WHEN granted THEN 'GRANT ' || what || ' TO ' || who || option ELSE 'REVOKE ' || what || ' FROM ' || who END ORDER BY granted, what, who, option),
	array_agg(CASE WHEN granted THEN 'REVOKE ' || what || ' FROM ' || who ELSE 'GRANT ' || what || ' TO ' || who || option END ORDER BY granted, what, who, option), '', ''
FROM item GROUP BY name, target, host;
